// What a stream in order is made of, and who receives it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/bytes.h"
#include "base/conflict.h"
#include "base/gap.h"
#include "base/packet_ref.h"

namespace tcpflow {

// A run of a stream as one packet brought it. `missing` octets follow `bytes` on the wire that the
// snap length cut off. `at` is the offset of the first of `bytes` in the half, from 0. A plain
// value; `bytes` is borrowed.
struct StreamPiece {
  uint64_t at = 0;
  Bytes bytes;
  uint32_t missing = 0;
  PacketRef packet;
};

// Receives a stream in order: offsets only grow, nothing is given twice, nothing is left out
// without on_gap. Called on the shard's thread, from within Reassembler::push() and give_up_gap().
class OrderedSink {
 public:
  virtual ~OrderedSink() = default;
  // `bytes` lies in the caller's span or in RetiredBytes, and is good until the shard's batch ends.
  virtual void on_bytes(uint64_t offset, Bytes bytes, PacketRef packet) = 0;
  // `length` octets from `offset` on will not come; what follows them begins at their end.
  virtual void on_gap(uint64_t offset, uint64_t length, GapReason why) = 0;
  // May come before or after the bytes that it is about.
  virtual void on_conflict(const StreamConflict&) {}
};

// Held bytes that were delivered but may still be read until the batch ends. One per shard, used on
// its thread; cleared when a batch of the shard ends.
class RetiredBytes {
 public:
  // Takes the storage over as it is, so that spans into it stay good until clear().
  Bytes keep(std::vector<uint8_t> bytes) {
    size_ += bytes.size();
    kept_.push_back(std::move(bytes));
    return kept_.back();
  }
  size_t size() const { return size_; }
  void clear() {
    kept_.clear();
    size_ = 0;
  }

 private:
  std::vector<std::vector<uint8_t>> kept_;
  size_t size_ = 0;
};

}  // namespace tcpflow
