// Puts the bytes of one half in order. Knows offsets only: no headers, no sequence numbers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

#include "base/bytes.h"
#include "base/gap.h"
#include "base/packet_ref.h"

namespace tcpflow {

// Receives a stream in order: offsets only grow, nothing is given twice, nothing is left out
// without on_gap.
class OrderedSink {
 public:
  virtual ~OrderedSink() = default;
  // `bytes` lies in the caller's span or in RetiredBytes, and is good until the shard's batch ends.
  virtual void on_bytes(uint64_t offset, Bytes bytes, PacketRef packet) = 0;
  virtual void on_gap(uint64_t offset, uint64_t length, GapReason why) = 0;
};

// Held bytes that were delivered but may still be read until the batch ends. One per shard.
class RetiredBytes {
 public:
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

// A run of a stream as one packet brought it. `missing` octets follow `bytes` on the wire that the
// snap length cut off.
struct StreamPiece {
  uint64_t at = 0;
  Bytes bytes;
  uint32_t missing = 0;
  PacketRef packet;
};

// What a push found out about its piece.
struct PushFindings {
  uint64_t repeated = 0;  // octets that were there before, or whose place was given up
  // Of these, octets that differ from the held copy (delivered ones are not kept).
  uint64_t conflicting = 0;
};

// Holds what is ahead of a hole, delivers the rest at once. The first copy of a byte wins:
// delivered bytes never change (design rule 3), held ones are not replaced. One per half, used by
// the shard's thread. In-order data allocates nothing and is not copied.
class Reassembler {
 public:
  // Where a piece goes and what delivering it may touch.
  struct Outlet {
    OrderedSink& sink;
    RetiredBytes& retired;
  };

  PushFindings push(const StreamPiece& piece, Outlet out);
  // Gives up the hole before the first held byte: one on_gap, then what follows it. No-op without a
  // hole.
  void give_up_gap(GapReason why, Outlet out);

  // First offset not delivered (as bytes or gap).
  uint64_t next() const { return next_; }
  bool has_gap() const { return !held_.empty(); }
  // Offset of the first held byte; only with has_gap().
  uint64_t first_held() const { return held_.begin()->first; }
  // The packet that brought it, or that was cut there.
  PacketRef first_held_packet() const { return held_.begin()->second.packet; }
  // Number of the packet whose bytes were delivered last; 0: none were.
  uint64_t last_delivered() const { return last_delivered_; }
  // Octets held, bookkeeping included: what counts against limits.
  size_t held_cost() const { return held_cost_; }

 private:
  // A run ahead of a hole; without bytes it is one that is known to be missing (snap length).
  struct Held {
    std::vector<uint8_t> bytes;
    uint64_t length = 0;
    PacketRef packet;
    bool known_missing() const { return bytes.empty(); }
  };
  using HeldRuns = std::map<uint64_t, Held>;

  PushFindings place(uint64_t at, Bytes bytes, PacketRef packet, Outlet out);
  void place_missing(uint64_t at, uint64_t length, PacketRef packet, Outlet out);
  PushFindings compare(HeldRuns::const_iterator run, uint64_t at, Bytes bytes) const;
  void insert(uint64_t at, Held run);
  void deliver(uint64_t at, Bytes bytes, PacketRef packet, OrderedSink& sink);
  void skip_missing(uint64_t at, uint64_t length, OrderedSink& sink);
  void release(Outlet out);
  HeldRuns::iterator first_ending_after(uint64_t at);
  void make_room_in_missing(uint64_t at, uint64_t end);

  uint64_t next_ = 0;
  uint64_t last_delivered_ = 0;
  size_t held_cost_ = 0;
  HeldRuns held_;
};

}  // namespace tcpflow
