// One captured frame, and the batch that owns what frames borrow from.
#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/conflict.h"
#include "base/time.h"
#include "capture/link_type.h"

namespace tcpflow {

inline constexpr uint8_t kFcsUnknown = 0xff;

// A frame as it was recorded. `bytes` borrows from its FrameBatch and is good until that batch is
// cleared.
struct Frame {
  uint64_t number = 0;           // from 1, over all inputs of the run, filtered frames included
  Timestamp time;                // as recorded; tdelta is added by the engine
  Bytes bytes;                   // the captured octets
  uint32_t original_length = 0;  // octets on the wire, never below bytes.size()
  uint32_t interface = 0;        // index into PacketSource::interfaces()
  LinkType link = LinkType::ethernet;
  uint8_t fcs_length =
      kFcsUnknown;  // octets of frame check sequence at the end, where the capture says so
  // The capture says that it lost packets somewhere between this one and the one so many before it;
  // 0: it says nothing.
  uint32_t lost_within = 0;
};

// What one read of a source gave: frames, and the storage under them. Made by the reader, filled by
// a PacketSource, read by the decoder; in the threaded engine it is what crosses to the shards.
// Frames do not move while the batch lives, so a Segment may point at its Frame until clear().
class FrameBatch {
 public:
  std::vector<Frame> frames;

  // Keeps `bytes` until clear() and returns where they lie: for payloads that no frame holds in one
  // piece (reassembled datagrams) and for sources that decompress.
  Bytes adopt(std::vector<uint8_t> bytes) {
    adopted_.push_back(std::move(bytes));
    return adopted_.back();
  }
  // The same for what the fragments behind such a payload disagreed about.
  const FragmentConflicts* adopt(FragmentConflicts conflicts) {
    return &conflicts_.emplace_back(std::move(conflicts));
  }
  // Forgets frames and what was adopted; all spans into the batch die.
  void clear() {
    frames.clear();
    adopted_.clear();
    conflicts_.clear();
  }

 private:
  std::vector<std::vector<uint8_t>> adopted_;
  std::list<FragmentConflicts> conflicts_;
};

}  // namespace tcpflow
