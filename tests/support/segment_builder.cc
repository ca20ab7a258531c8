#include "tests/support/segment_builder.h"

namespace tcpflow::test {

Timestamp at_ms(int64_t milliseconds) {
  return make_time(kEpochSeconds, 0) + std::chrono::milliseconds(milliseconds);
}

const Segment& SegmentStore::make(const SegmentParams& params) {
  Made& made = made_.emplace_back();
  made.payload = params.tcp.payload;
  made.frame_bytes = frame_of(params);
  Frame& frame = made.frame;
  frame.number = params.number != 0 ? params.number : made_.size();
  frame.time = params.time;
  frame.bytes = made.frame_bytes;
  frame.original_length = static_cast<uint32_t>(frame.bytes.size()) + params.missing;
  Segment& segment = made.segment;
  segment.frame = &frame;
  segment.source = params.source;
  segment.destination = params.destination;
  segment.source_port = params.tcp.source_port;
  segment.destination_port = params.tcp.destination_port;
  segment.sequence = params.tcp.sequence;
  segment.acknowledgement = params.tcp.acknowledgement;
  segment.window = params.tcp.window;
  segment.flags = params.tcp.flags;
  segment.payload = as_bytes(made.payload);
  segment.missing = params.missing;
  segment.link = params.link;
  segment.options = TcpOptions::parse(params.tcp.options);
  segment.has_options = true;
  segment.bad_checksum = params.bad_checksum;
  return segment;
}

std::vector<const Segment*> SegmentStore::make_all(const std::vector<SegmentParams>& params) {
  std::vector<const Segment*> all;
  for (const SegmentParams& one : params) all.push_back(&make(one));
  return all;
}

Octets frame_of(const SegmentParams& params, const std::vector<VlanTag>& tags) {
  TcpParams tcp = params.tcp;
  if (params.bad_checksum) tcp.checksum = uint16_t{0xbad};
  EthernetParams outer;
  outer.tags = tags;
  if (!params.link.source_mac.is_zero()) {
    outer.source = params.link.source_mac;
    outer.destination = params.link.destination_mac;
  }
  if (params.source.family == Family::ipv4) {
    Ipv4Params inner;
    inner.source = params.source;
    inner.destination = params.destination;
    return ethernet(outer, tcp_in_ipv4(tcp, inner));
  }
  Ipv6Params inner;
  inner.source = params.source;
  inner.destination = params.destination;
  outer.type = kTypeIpv6;
  return ethernet(outer, tcp_in_ipv6(tcp, inner));
}

}  // namespace tcpflow::test
