// A SYN with another ISN while its flow is open, kept until later segments tell whether it was
// real (design rule 8).
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "decode/segment.h"
#include "flow/flow_info.h"

namespace tcpflow {

// A copy of the SYN, for the batch that brought it will be gone. Owned by the TcpFlow that doubts
// it; does not move, since `segment` points into it.
struct DoubtfulSyn {
  DoubtfulSyn(const Segment& syn, PacketRef at, Direction sender)
      : segment(syn),
        frame(*syn.frame),
        path(syn.path != nullptr ? std::make_unique<const Encapsulation>(*syn.path) : nullptr),
        payload(syn.payload.begin(), syn.payload.end()),
        packet(at),
        from(sender) {
    frame.bytes = {};
    segment.frame = &frame;
    segment.payload = payload;
    segment.path = path.get();
  }
  DoubtfulSyn(const DoubtfulSyn&) = delete;
  DoubtfulSyn& operator=(const DoubtfulSyn&) = delete;

  uint32_t first_byte() const { return segment.sequence + 1; }
  // What it costs to keep, for the limits.
  size_t cost() const { return sizeof *this + payload.size() + (path ? sizeof *path : 0); }

  Segment segment;
  Frame frame;  // without octets
  std::unique_ptr<const Encapsulation> path;
  std::vector<uint8_t> payload;
  PacketRef packet;
  Direction from;
};

}  // namespace tcpflow
