// Octets that were on the wire and that no copy brought so far: the snap length cut them off.
#pragma once

#include <algorithm>
#include <map>

#include "stream/stream_front.h"

namespace tcpflow {

// Yields to bytes wherever there are any. Ranges may overlap; nothing is worked out before their
// place is reached, so each call is O(log n), and what it skips. Owned by its Reassembler, used on
// the shard's thread.
class KnownMissing {
 public:
  // `packet` was cut there.
  void add(uint64_t at, uint64_t end, PacketRef packet) {
    Range& known = ranges_.try_emplace(at, Range{end, packet}).first->second;
    known.end = std::max(known.end, end);
  }
  // Skips up to `bytes_from` what is known to be missing at front.next(). True: something.
  bool release(StreamFront& front, uint64_t bytes_from) {
    while (!ranges_.empty() && first() <= front.next()) {
      const uint64_t end = std::min(ranges_.begin()->second.end, bytes_from);
      if (end > front.next()) {
        front.skip_to(end, GapReason::snap_length);
        return true;
      }
      // Other copies, or gaps, have brought the front past all of it.
      ranges_.erase(ranges_.begin());
    }
    return false;
  }
  bool is_empty() const { return ranges_.empty(); }
  // Where the first range begins, and the packet that was cut there; not of an empty set.
  uint64_t first() const { return ranges_.begin()->first; }
  PacketRef first_packet() const { return ranges_.begin()->second.packet; }
  // Octets of bookkeeping: the ranges themselves hold nothing.
  size_t cost() const { return ranges_.size() * kRangeCost; }

 private:
  static constexpr size_t kRangeCost = 96;  // a node of the map and what malloc adds

  struct Range {
    uint64_t end = 0;
    PacketRef packet;
  };
  std::map<uint64_t, Range> ranges_;  // by where they begin
};

}  // namespace tcpflow
