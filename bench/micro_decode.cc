// A frame through the decoder, by what lies around its segment.
#include <benchmark/benchmark.h>

#include <string>

#include "bench/micro.h"
#include "decode/decoder.h"
#include "tests/support/segment_builder.h"
#include "tests/support/tunnel_builder.h"

namespace tcpflow::bench {
namespace {

using test::Octets;

class CountingSink : public SegmentSink, public DatagramSink {
 public:
  void on_segment(const Segment& segment) override { octets += segment.payload.size(); }
  void on_datagram(const Datagram& datagram) override { octets += datagram.payload.size(); }
  uint64_t octets = 0;
};

// The same frame again and again: all of it in the cache, so that what is left is the work.
void decode(benchmark::State& state, const Octets& bytes, const DecodeOptions& options) {
  CountingSink sink;
  Decoder decoder(options, sink, nullptr, &sink);
  FrameBatch batch;
  Frame frame;
  frame.time = test::at_ms(0);
  frame.bytes = bytes;
  frame.original_length = static_cast<uint32_t>(bytes.size());
  for (auto _ : state) {
    ++frame.number;
    decoder.decode(frame, batch);
  }
  benchmark::DoNotOptimize(sink.octets);
  if (sink.octets == 0) state.SkipWithError("nothing came out of the decoder");
  state.SetItemsProcessed(state.iterations());
}

test::TcpParams full_segment() {
  test::TcpParams tcp;
  tcp.options = {1, 1, 8, 10, 0, 0, 0, 1, 0, 0, 0, 1};
  tcp.payload = std::string(kFullSegment, 'x');
  return tcp;
}

Octets ipv4_packet() { return test::tcp_in_ipv4(full_segment()); }

Octets on_vlans() {
  test::EthernetParams ethernet;
  ethernet.tags = {{1, 0x88a8}, {2}};
  return test::ethernet(ethernet, ipv4_packet());
}

Octets in_vxlan() {
  constexpr uint16_t kPort = 4789;
  const Octets inner = test::frame_around(ipv4_packet());
  return test::frame_around(test::outer_udp(kPort, test::vxlan(7, inner)));
}

Octets in_gre() {
  constexpr uint8_t kProtocol = 47;
  return test::frame_around(test::outer_ip(kProtocol, test::gre({}, ipv4_packet())));
}

Octets dns_like() {
  test::Ipv4Params outer;
  outer.protocol = 17;
  return test::frame_around(test::ipv4(outer, test::udp(40000, 53, some_octets(100))));
}

void add(const char* name, const Octets& bytes, const DecodeOptions& options = {}) {
  benchmark::RegisterBenchmark(
      name, [bytes, options](benchmark::State& state) { decode(state, bytes, options); });
}

}  // namespace

void register_decode() {
  DecodeOptions strict;
  strict.check_sums = strict.reads_options = true;
  add("decode/ipv4", test::frame_around(ipv4_packet()));
  add("decode/ipv4_strict", test::frame_around(ipv4_packet()), strict);
  add("decode/ipv6", test::frame_around(test::tcp_in_ipv6(full_segment())));
  add("decode/vlan_stack", on_vlans());
  add("decode/vxlan", in_vxlan());
  add("decode/gre", in_gre());
  add("decode/udp", dns_like());
}

}  // namespace tcpflow::bench
