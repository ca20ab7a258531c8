// A SYN with another ISN while its flow is open, kept until later segments tell whether it was
// real (design rule 8).
#pragma once

#include <cstdint>
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
        payload(syn.payload.begin(), syn.payload.end()),
        packet(at),
        from(sender) {
    frame.bytes = {};
    segment.frame = &frame;
    segment.payload = payload;
  }
  DoubtfulSyn(const DoubtfulSyn&) = delete;
  DoubtfulSyn& operator=(const DoubtfulSyn&) = delete;

  uint32_t first_byte() const { return segment.sequence + 1; }
  // What it costs to keep, for the limits.
  size_t cost() const { return sizeof *this + payload.size(); }

  Segment segment;
  Frame frame;  // without octets
  std::vector<uint8_t> payload;
  PacketRef packet;
  Direction from;
};

}  // namespace tcpflow
