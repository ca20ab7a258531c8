// A segment on its way through the flow layer, and what its flags mean there.
#pragma once

#include "decode/segment.h"
#include "flow/flow_info.h"

namespace tcpflow {

// Borrows the segment for the call.
struct Arrival {
  const Segment& segment;
  PacketRef packet;
  bool sender_is_low;                      // the side of the flow's key that sent it
  Direction from = Direction::originator;  // the same as the flow calls it
};

// A SYN that means it: without FIN or RST.
inline bool is_syn(const Segment& s) {
  return s.has(tcp_flag::kSyn) && !s.has(tcp_flag::kFin) && !s.has(tcp_flag::kRst);
}
// It has payload that says where its half stands. What a RST carries may be no part of the stream
// but text that explains the reset (RFC 9293, 3.5.3).
inline bool brings_data(const Segment& s) {
  return s.payload_length() > 0 && !s.has(tcp_flag::kRst);
}
// Every host ignores it: all segments but the first SYN and a RST have an ACK (RFC 9293, 3.10.7.4).
inline bool lacks_ack(const Segment& s) {
  constexpr uint8_t kAny = tcp_flag::kAck | tcp_flag::kSyn | tcp_flag::kRst;
  return (s.flags & kAny) == 0 && (s.payload_length() > 0 || s.has(tcp_flag::kFin));
}
// True if the segment opens a flow where none is known.
inline bool opens_flow(const Segment& s) {
  return is_syn(s) || (!s.payload.empty() && !s.has(tcp_flag::kRst));
}
// A SYN occupies a sequence number before its payload (RFC 9293, 3.4).
inline uint32_t first_payload_byte(const Segment& s) { return s.sequence + (is_syn(s) ? 1 : 0); }
inline uint32_t end_of_payload(const Segment& s) {
  return first_payload_byte(s) + s.payload_length();
}

}  // namespace tcpflow
