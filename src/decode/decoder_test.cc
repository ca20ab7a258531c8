#include "decode/decoder.h"

#include <gtest/gtest.h>

#include "decode/decode_test_support.h"
#include "wire/ip_protocol.h"

namespace tcpflow {
namespace {

using namespace test;

Octets on_ethernet(const Octets& packet) {
  return ethernet(packet[0] >> 4 == 6 ? kTypeIpv6 : kTypeIpv4, packet);
}

// What became of a bare IP packet.
Drop fate_of(const Octets& packet) { return DecodeRun().decode(packet, LinkType::raw).why; }

Octets ipv6_chain(std::vector<Ipv6Extension> extensions, std::string payload = "hello") {
  Ipv6Params outer;
  outer.extensions = std::move(extensions);
  return tcp_in_ipv6(tcp_with(std::move(payload)), outer);
}

Ipv6Extension extension(uint8_t type) { return {type, Octets(6, 0)}; }
Ipv6Extension authentication() { return {ip_protocol::kAh, Octets(22, 0)}; }

TEST(Decoder, ReadsEveryFieldOfASegment) {
  TcpParams params = tcp_with("hello");
  params.sequence = 0xfffffff0;
  params.acknowledgement = 77;
  params.flags = tcp_flag::kAck | tcp_flag::kPsh;
  params.window = 4321;
  EthernetParams link;
  link.tags = {{9, 0x88a8}, {42}};
  DecodeRun run;
  const SeenFate fate = run.decode(ethernet(link, tcp_in_ipv4(params)));
  EXPECT_EQ(fate.why, Drop::none);
  EXPECT_TRUE(fate.has_ip);
  ASSERT_EQ(run.segments.size(), 1u);
  const Segment& segment = run.segments[0].segment;
  EXPECT_EQ(run.segments[0].frame_number, 1u);
  EXPECT_EQ(segment.source, ip("10.1.2.3"));
  EXPECT_EQ(segment.destination, ip("192.0.2.80"));
  EXPECT_EQ(segment.source_port, 40000);
  EXPECT_EQ(segment.destination_port, 80);
  EXPECT_EQ(segment.sequence, 0xfffffff0u);
  EXPECT_EQ(segment.acknowledgement, 77u);
  EXPECT_EQ(segment.window, 4321);
  EXPECT_EQ(segment.flags, tcp_flag::kAck | tcp_flag::kPsh);
  EXPECT_EQ(segment.missing, 0u);
  EXPECT_EQ(segment.link.vlan, 9);
  EXPECT_EQ(segment.link.vlans[1], 42);
  EXPECT_EQ(segment.link.source_mac, link.source);
  EXPECT_EQ(run.payload(), "hello");
}

TEST(Decoder, NeverTakesPaddingForPayload) {
  DecodeRun run;
  for (const Octets& packet : {ipv4_with("abcd"), ipv6_with("abcd")}) {
    Octets frame = on_ethernet(packet);
    put(frame, Octets(12, 0xee));
    run.decode(frame);
    EXPECT_EQ(run.payload(), "abcd");
    EXPECT_EQ(run.segments.back().segment.missing, 0u);
  }
}

TEST(Decoder, UsesTheCapturedLengthWhereOffloadLeftItZero) {
  Ipv4Params four;
  four.total_length = 0;
  Ipv6Params six;
  six.payload_length = 0;
  DecodeRun run;
  run.decode(on_ethernet(tcp_in_ipv4(tcp_with("a large segment"), four)));
  EXPECT_EQ(run.payload(), "a large segment");
  run.decode(on_ethernet(tcp_in_ipv6(tcp_with("a large segment"), six)));
  EXPECT_EQ(run.payload(), "a large segment");
}

// Nothing but the capture file says how long the frame was.
TEST(Decoder, DoesNotBelieveAnUnstatedLengthThatNoOffloadMakes) {
  Ipv4Params four;
  four.total_length = 0;
  Ipv6Params six;
  six.payload_length = 0;
  Ipv6Params jumbo = six;
  jumbo.extensions = {{ip_protocol::kHopByHop, {0xc2, 4, 0xff, 0xff, 0xff, 0}}};
  for (const Octets& packet :
       {tcp_in_ipv4(tcp_with("data"), four), tcp_in_ipv6(tcp_with("data"), six),
        tcp_in_ipv6(tcp_with("data"), jumbo)}) {
    DecodeRun run;
    run.decode(on_ethernet(packet), {LinkType::ethernet, 500'000});
    run.decode(on_ethernet(packet), {LinkType::ethernet, 0xffffffff});
    ASSERT_EQ(run.segments.size(), 2u);
    EXPECT_GT(run.segments[0].segment.missing, 499'000u) << "large, and possible";
    EXPECT_LE(run.segments[1].segment.missing, 4u << 20);
    EXPECT_GT(run.segments[1].segment.missing, 4'000'000u);
    EXPECT_EQ(run.payload(), "data");
  }
}

TEST(Decoder, LeavesAKnownChecksumOutOfAnUnstatedLength) {
  Ipv4Params four;
  four.total_length = 0;
  Octets frame = on_ethernet(tcp_in_ipv4(tcp_with("data"), four));
  put(frame, Octets(4, 0xfc));
  Captured captured;
  captured.fcs_length = 4;
  DecodeRun run;
  run.decode(frame, captured);
  EXPECT_EQ(run.payload(), "data");
}

TEST(Decoder, ReadsAJumbogram) {
  Ipv6Params six;
  const std::string text(70'000, 'j');
  const uint32_t length = 8 + 20 + static_cast<uint32_t>(text.size());
  Octets option = {0xc2, 4};
  put_be32(option, length);
  six.extensions = {{ip_protocol::kHopByHop, option}};
  six.payload_length = 0;
  Octets frame = on_ethernet(tcp_in_ipv6(tcp_with(text), six));
  put(frame, Octets(9, 0xee));
  DecodeRun run;
  run.decode(frame);
  EXPECT_EQ(run.payload(), text);
}

TEST(Decoder, CountsWhatTheSnapLengthCutAsMissing) {
  DecodeRun run;
  const Octets frame = on_ethernet(ipv4_with("0123456789"));
  const uint32_t original = static_cast<uint32_t>(frame.size());
  run.decode(Bytes(frame).first(frame.size() - 6), {LinkType::ethernet, original});
  EXPECT_EQ(run.payload(), "0123");
  EXPECT_EQ(run.segments[0].segment.missing, 6u);
  EXPECT_EQ(run.segments[0].segment.payload_length(), 10u);
}

TEST(Decoder, CountsPaddingNeitherAsPayloadNorAsMissing) {
  DecodeRun run;
  const Octets frame = on_ethernet(ipv4_with("0123"));
  run.decode(Bytes(frame).first(frame.size() - 2), {LinkType::ethernet, 2000});
  EXPECT_EQ(run.payload(), "01");
  EXPECT_EQ(run.segments[0].segment.missing, 2u);
}

TEST(Decoder, BelievesTheWireWhereIpClaimsMore) {
  Ipv4Params four;
  four.total_length = 60'000;
  Ipv6Params six;
  six.payload_length = 60'000;
  DecodeRun run;
  for (const Octets& packet :
       {tcp_in_ipv4(tcp_with("data"), four), tcp_in_ipv6(tcp_with("data"), six)}) {
    run.decode(on_ethernet(packet));
    EXPECT_EQ(run.payload(), "data");
    EXPECT_EQ(run.segments.back().segment.missing, 0u);
  }
}

TEST(Decoder, KeepsASegmentWhoseOptionsAreCut) {
  TcpParams params = tcp_with("0123456789");
  params.options = Octets(12, 1);
  const Octets packet = tcp_in_ipv4(params);
  DecodeRun run;
  run.decode(Bytes(packet).first(20 + 24), {LinkType::raw, static_cast<uint32_t>(packet.size())});
  ASSERT_EQ(run.segments.size(), 1u);
  EXPECT_EQ(run.payload(), "");
  EXPECT_EQ(run.segments[0].segment.missing, 10u);
}

TEST(Decoder, WalksTheWholeExtensionChain) {
  DecodeRun run;
  const Octets packet = ipv6_chain({extension(ip_protocol::kHopByHop),
                                    extension(ip_protocol::kDestination),
                                    extension(ip_protocol::kRouting),
                                    authentication(),
                                    extension(ip_protocol::kMobility),
                                    extension(ip_protocol::kHip),
                                    extension(ip_protocol::kShim6),
                                    {60, Octets(30, 0)}});
  for (size_t length = 0; length <= packet.size(); ++length) {
    run.decode(Bytes(packet).first(length), {LinkType::raw, static_cast<uint32_t>(packet.size())});
  }
  EXPECT_EQ(run.payload(), "hello");
  EXPECT_EQ(run.segments.size(), 6u);
  EXPECT_EQ(run.drops(Drop::bad_ip_header), 0u);
}

TEST(Decoder, TakesAtomicFragmentsForWholePackets) {
  DecodeRun run;
  run.decode(ipv6_chain({ipv6_fragment(0, false, 7)}), LinkType::raw);
  EXPECT_EQ(run.payload(), "hello");
  run.decode(ipv6_chain({extension(60), ipv6_fragment(0, false, 7), extension(60)}), LinkType::raw);
  EXPECT_EQ(run.segments.size(), 2u);
}

TEST(Decoder, LooksBehindAuthenticationInIpv4) {
  Octets header(24, 0);
  header[0] = ip_protocol::kTcp;
  header[1] = 4;
  Ipv4Params outer;
  outer.protocol = ip_protocol::kAh;
  DecodeRun run;
  run.decode(ipv4(outer, join({header, tcp(tcp_with("hello"), outer.source, outer.destination)})),
             LinkType::raw);
  EXPECT_EQ(run.payload(), "hello");
}

TEST(Decoder, BoundsTheExtensionChain) {
  EXPECT_EQ(fate_of(ipv6_chain(std::vector<Ipv6Extension>(16, extension(60)))), Drop::none);
  EXPECT_EQ(fate_of(ipv6_chain(std::vector<Ipv6Extension>(17, extension(60)))),
            Drop::too_many_headers);
}

TEST(Decoder, SaysWhyAPacketIsNoSegment) {
  Ipv4Params four;
  four.protocol = 17;
  EXPECT_EQ(fate_of(ipv4(four, udp(1, 2, {}))), Drop::not_tcp);
  four.protocol = ip_protocol::kEsp;
  EXPECT_EQ(fate_of(ipv4(four, Octets(40, 1))), Drop::encrypted);
  Ipv6Params six;
  six.next_header = ip_protocol::kNoNextHeader;
  EXPECT_EQ(fate_of(ipv6(six, {})), Drop::not_tcp);
  six.next_header = ip_protocol::kEsp;
  EXPECT_EQ(fate_of(ipv6(six, Octets(40, 1))), Drop::encrypted);
  EXPECT_EQ(fate_of(ipv4({}, Octets(19, 0))), Drop::truncated_tcp);
  EXPECT_EQ(fate_of(ipv4({}, Octets(20, 0))), Drop::bad_tcp_header);
  TcpParams past_end = tcp_with("0123");
  past_end.data_offset = 7;
  EXPECT_EQ(fate_of(tcp_in_ipv4(past_end)), Drop::bad_tcp_header);
  EXPECT_EQ(fate_of({}), Drop::truncated_ip);
}

TEST(Decoder, TellsAFalseHeaderFromACutOne) {
  Ipv4Params four;
  four.total_length = 19;
  EXPECT_EQ(fate_of(ipv4(four, Octets(40, 0))), Drop::bad_ip_header);
  Ipv6Params six;
  six.next_header = ip_protocol::kDestination;
  const Octets past_end = {6, 9, 0, 0, 0, 0, 0, 0};
  EXPECT_EQ(fate_of(ipv6(six, past_end)), Drop::bad_ip_header);
  DecodeRun run;
  const Octets cut = ipv6(six, past_end);
  EXPECT_EQ(run.decode(cut, {LinkType::raw, 48}).why, Drop::bad_ip_header);
  six.payload_length = 100;
  EXPECT_EQ(run.decode(ipv6(six, past_end), {LinkType::raw, 140}).why, Drop::truncated_ip);
}

TEST(Decoder, CountsUnknownLinkTypesByNumber) {
  DecodeRun run;
  run.decode(ipv4_with("x"), LinkType{147});
  run.decode(ipv4_with("x"), LinkType{147});
  EXPECT_FALSE(run.fates[0].has_ip);
  EXPECT_EQ(run.drops(Drop::unknown_link_type), 2u);
  EXPECT_EQ(run.decoder().unknown_links().at(LinkType{147}), 2u);
  EXPECT_FALSE(Decoder::knows(LinkType{147}));
  EXPECT_TRUE(Decoder::knows(LinkType::ethernet));
}

TEST(Decoder, CountsEachDropOnce) {
  DecodeRun run;
  run.decode(ethernet(uint16_t{0x0806}, Octets(28, 0)));
  run.decode(on_ethernet(ipv4_with("x")));
  EXPECT_EQ(run.drops(Drop::not_ip), 1u);
  EXPECT_EQ(run.drops(Drop::none), 0u);
  EXPECT_FALSE(run.fates[0].has_ip);
}

TEST(Decoder, WorksWithoutAnObserver) {
  struct Count : SegmentSink {
    void on_segment(const Segment&) override { ++segments; }
    int segments = 0;
  } count;
  Decoder decoder({}, count, nullptr);
  FrameBatch batch;
  const Octets bytes = ipv4_with("x");
  Frame frame;
  frame.bytes = bytes;
  frame.link = LinkType::raw;
  decoder.decode(frame, batch);
  EXPECT_EQ(count.segments, 1);
}

}  // namespace
}  // namespace tcpflow
