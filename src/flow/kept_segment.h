// A segment that is kept until later ones tell what it was worth: a SYN with another ISN while its
// flow is open (design rule 8), or one of which it is not known whether its receiver took it.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "decode/segment.h"
#include "flow/flow_info.h"
#include "flow/flow_record.h"

namespace tcpflow {

// A copy of the segment, for the batch that brought it will be gone. Owned by the TcpFlow that
// doubts it; does not move, since `segment` points into it.
struct KeptSegment {
  KeptSegment(const Segment& doubted, PacketRef at, Direction sender)
      : segment(doubted),
        frame(*doubted.frame),
        path(doubted.path != nullptr ? std::make_unique<const Encapsulation>(*doubted.path)
                                     : nullptr),
        conflicts(doubted.conflicts.any() ? *doubted.conflicts.found : FragmentConflicts()),
        payload(doubted.payload.begin(), doubted.payload.end()),
        packet(at),
        from(sender) {
    frame.bytes = {};
    segment.frame = &frame;
    segment.payload = payload;
    segment.path = path.get();
    if (doubted.conflicts.any()) segment.conflicts.found = &conflicts;
  }
  KeptSegment(const KeptSegment&) = delete;
  KeptSegment& operator=(const KeptSegment&) = delete;

  // What it costs to keep, for the limits.
  size_t cost() const {
    return sizeof *this + payload.size() + conflicts.cost() + (path ? sizeof *path : 0);
  }

  Segment segment;
  Frame frame;  // without octets
  std::unique_ptr<const Encapsulation> path;
  FragmentConflicts conflicts;
  std::vector<uint8_t> payload;
  PacketRef packet;
  Direction from;
  Suspect why = Suspect::syn_repeated;  // what it is kept for
  bool needs_proof = false;             // nothing but an acknowledgement can speak for it
};

}  // namespace tcpflow
