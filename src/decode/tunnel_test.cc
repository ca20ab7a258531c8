#include "decode/tunnel.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "decode/decode_test_support.h"
#include "tests/support/tunnel_builder.h"

namespace tcpflow {
namespace {

using namespace test;

SeenFate decode_ip(DecodeRun& run, Bytes packet) { return run.decode(packet, LinkType::raw); }

// Of the one segment in this packet; "" and a failure where there is none.
std::string path_in(Bytes packet, LinkType link = LinkType::raw) {
  DecodeRun run;
  const SeenFate fate = run.decode(packet, link);
  EXPECT_EQ(fate.why, Drop::none) << drop_name(fate.why);
  if (run.segments.size() != 1) return "";
  EXPECT_EQ(run.payload(), "hello");
  return run.segments[0].path;
}

Drop why_of(Bytes packet) {
  DecodeRun run;
  return decode_ip(run, packet).why;
}

TEST(Tunnels, GiveTheirInnerSegmentsOfBothFamilies) {
  for (const Tunnel& tunnel : all_tunnels()) {
    for (const Octets& packet : {ipv4_with("hello"), ipv6_with("hello")}) {
      DecodeRun run;
      const SeenFate fate = decode_ip(run, tunnel.wrap(packet, false));
      ASSERT_EQ(run.segments.size(), 1u) << tunnel.name << ": " << drop_name(fate.why);
      EXPECT_EQ(run.payload(), "hello") << tunnel.name;
      EXPECT_EQ(run.segments[0].path.rfind(tunnel.name + " ", 0), 0u) << run.segments[0].path;
      EXPECT_NE(run.segments[0].segment.path_key, 0u);
    }
  }
}

TEST(Tunnels, HaveTheSamePathInBothDirections) {
  for (const Tunnel& tunnel : all_tunnels()) {
    DecodeRun run;
    decode_ip(run, tunnel.wrap(ipv4_with("hello"), false));
    decode_ip(run, tunnel.wrap(ipv4_with("hello"), true));
    ASSERT_EQ(run.segments.size(), 2u);
    EXPECT_EQ(run.segments[0].path, run.segments[1].path);
    EXPECT_EQ(run.segments[0].segment.path_key, run.segments[1].segment.path_key);
  }
}

TEST(Tunnels, AreLeftShutWhereNobodyWantsThemOpen) {
  DecodeRun run(DecodeOptions{.open_tunnels = false});
  for (const Tunnel& tunnel : all_tunnels()) {
    EXPECT_EQ(decode_ip(run, tunnel.wrap(ipv4_with("hello"), false)).why, Drop::not_tcp);
  }
  EXPECT_TRUE(run.segments.empty());
  EXPECT_EQ(decode_ip(run, ipv4_with("hello")).why, Drop::none);
  EXPECT_EQ(run.segments[0].path, "");
  EXPECT_EQ(run.segments[0].segment.path_key, 0u);
}

TEST(Tunnels, TakeAPacketCutAnywhere) {
  for (const Tunnel& tunnel : all_tunnels()) {
    const Octets packet = tunnel.wrap(ipv4_with("hello"), false);
    DecodeRun run;
    for (size_t length = 0; length < packet.size(); ++length) {
      const auto original = static_cast<uint32_t>(packet.size());
      run.decode(Bytes(packet).first(length), {LinkType::raw, original});
    }
    ASSERT_EQ(run.segments.size(), 5u) << tunnel.name << ": all that the TCP header is in";
    EXPECT_EQ(run.segments[0].segment.missing, 5u);
    EXPECT_EQ(run.payload(), "hell");
  }
}

// Lengths that the headers state stay as they are: the octets end too soon.
TEST(Tunnels, TakeAPacketThatEndsAnywhere) {
  for (const Tunnel& tunnel : all_tunnels()) {
    const Octets packet = tunnel.wrap(ipv4_with("hello"), false);
    DecodeRun run;
    for (size_t length = 0; length < packet.size(); ++length) {
      decode_ip(run, Bytes(packet).first(length));
    }
    EXPECT_LE(run.segments.size(), 5u) << tunnel.name;
  }
}

TEST(Tunnels, TakeAnyOctetAnyhow) {
  std::mt19937 random(11);
  for (const Tunnel& tunnel : all_tunnels()) {
    const Octets packet = tunnel.wrap(ipv4_with("hello"), false);
    DecodeRun run;
    for (size_t at = 20; at < packet.size(); ++at) {
      const unsigned any = static_cast<unsigned>(random() % 256);
      for (const unsigned value : {0u, 0xffu, 0x80u, 0x45u, any}) {
        Octets changed = packet;
        changed[at] = static_cast<uint8_t>(value);
        decode_ip(run, changed);
      }
    }
  }
}

TEST(Tunnels, NestUpToTheirLimit) {
  for (const Tunnel& tunnel : all_tunnels()) {
    Octets packet = ipv4_with("hello");
    size_t layers = 0;
    for (; layers + tunnel.layers <= Encapsulation::kMost; layers += tunnel.layers) {
      packet = tunnel.wrap(packet, false);
      DecodeRun run;
      EXPECT_EQ(decode_ip(run, packet).why, Drop::none) << tunnel.name << " " << layers;
      EXPECT_EQ(run.payload(), "hello");
    }
    EXPECT_EQ(why_of(tunnel.wrap(packet, false)), Drop::too_many_headers) << tunnel.name;
  }
}

TEST(Tunnels, OfAThousandLevelsCostOneDrop) {
  Octets packet = ipv4_with("hello");
  for (int i = 0; i < 1000; ++i) packet = outer_ip(4, packet);
  EXPECT_EQ(why_of(packet), Drop::too_many_headers);
}

TEST(Tunnels, KeepTheNumberThatBothDirectionsShareAndNoOther) {
  const Octets inner = ipv4_with("hello");
  EXPECT_EQ(path_in(outer_ip(47, gre({.key = 7}, inner))), "gre 198.51.100.1-198.51.100.2 key 7");
  EXPECT_EQ(path_in(outer_ip(47, gre({.key = 0}, inner))), "gre 198.51.100.1-198.51.100.2 key 0");
  EXPECT_EQ(path_in(outer_ip(47, gre({}, inner))), "gre 198.51.100.1-198.51.100.2");
  EXPECT_EQ(path_in(outer_udp(4789, vxlan(0xabcdef, frame_around(inner)))),
            "vxlan 198.51.100.1-198.51.100.2 vni 11259375");
  EXPECT_EQ(path_in(outer_udp(6081, geneve(43, 0x6558, frame_around(inner)))),
            "geneve 198.51.100.1-198.51.100.2 vni 43");
  EXPECT_EQ(path_in(outer_udp(2152, gtp_u(inner))), "gtp-u 198.51.100.1-198.51.100.2");
  const Octets nvgre = gre({.type = 0x6558, .key = 0x123456ab}, frame_around(inner));
  EXPECT_EQ(path_in(outer_ip(47, nvgre)), "nvgre 198.51.100.1-198.51.100.2 vsid 1193046");
  const Octets bridged = gre({.type = 0x6558, .key = 0x56ab}, frame_around(inner));
  EXPECT_EQ(path_in(outer_ip(47, bridged)), "gre 198.51.100.1-198.51.100.2 key 22187")
      << "too low for a network of NVGRE";
}

TEST(Tunnels, ShowTheMacAddressesAndVlansOfTheInnermostFrame) {
  EthernetParams inner;
  inner.source = mac("02:00:00:00:00:71");
  inner.destination = mac("02:00:00:00:00:72");
  const auto link_of = [&](std::vector<VlanTag> outer_tags, std::vector<VlanTag> inner_tags) {
    inner.tags = std::move(inner_tags);
    EthernetParams outer;
    outer.tags = std::move(outer_tags);
    const Octets carried = outer_udp(4789, vxlan(1, ethernet(inner, ipv4_with("x"))));
    DecodeRun run;
    run.decode(ethernet(outer, carried));
    return run.segments.at(0).segment.link;
  };
  const LinkFacts link = link_of({{100, 0x88a8}, {42}}, {{7}, {8}});
  EXPECT_EQ(link.source_mac, inner.source);
  EXPECT_EQ(link.destination_mac, inner.destination);
  EXPECT_EQ(link.vlan, 7);
  EXPECT_THAT(std::vector<uint16_t>(link.vlans.all().begin(), link.vlans.all().end()),
              ::testing::ElementsAre(100, 42, 7, 8));
  EXPECT_EQ(link_of({{100}, {42}}, {}).vlan, 100) << "the inner frame has none";
  EXPECT_EQ(link_of({}, {{7}}).vlan, 7);
  EXPECT_EQ(link_of({{1}, {2}, {3}, {4}}, {{5}, {6}, {7}}).vlans.size(), VlanIds::kMost);
}

TEST(Tunnels, InUdpNeedAPlausiblePacket) {
  const Octets inner = ipv4_with("hello");
  const Octets frame = frame_around(inner);
  Ipv4Params too_long;
  too_long.total_length = 2000;
  EXPECT_EQ(why_of(outer_udp(4789, vxlan(1, frame_around(tcp_in_ipv4({}, too_long))))),
            Drop::not_tcp);
  EXPECT_EQ(why_of(outer_udp(4790, vxlan(1, ethernet(0x0806, Octets(28, 0))))), Drop::not_tcp);
  EXPECT_EQ(why_of(outer_udp(5000, vxlan(1, frame))), Drop::not_tcp) << "another port";
  EXPECT_EQ(why_of(outer_udp(2152, Octets{0x32, 0x01, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0})),
            Drop::not_tcp)
      << "an echo";
  EXPECT_EQ(why_of(outer_udp(1701, Octets{0xc8, 2, 0, 12, 0, 0, 0, 0, 0, 0, 0, 0})), Drop::not_tcp)
      << "control";
  EXPECT_EQ(path_in(outer_ip(17, udp(4789, 5000, vxlan(1, frame)))),
            "vxlan 198.51.100.1-198.51.100.2 vni 1")
      << "the port may be the sender's";
  EXPECT_EQ(path_in(outer_ip(17, udp(6081, 4789, vxlan(1, frame)))),
            "vxlan 198.51.100.1-198.51.100.2 vni 1")
      << "of two ports the one that fits";
}

TEST(Tunnels, AreNotSeenInOrdinaryDatagrams) {
  std::mt19937 random(5);
  DecodeRun run;
  const std::vector<uint16_t> ports = {1701, 2152, 3544, 4789, 4790, 6081, 6635, 8472};
  for (const uint16_t port : ports) {
    for (int i = 0; i < 2000; ++i) {
      Octets noise(random() % 200);
      for (uint8_t& octet : noise) octet = static_cast<uint8_t>(random());
      EXPECT_EQ(decode_ip(run, outer_udp(port, noise)).why, Drop::not_tcp) << port;
    }
  }
}

TEST(Tunnels, OfUdpEndWhereTheDatagramEnds) {
  Octets datagram = udp(1, 2152, gtp_u(ipv4_with("hello")));
  set_be16(datagram, 4, 30);
  EXPECT_EQ(why_of(outer_ip(17, datagram)), Drop::not_tcp);
  set_be16(datagram, 4, 0);
  EXPECT_EQ(path_in(outer_ip(17, datagram)), "gtp-u 198.51.100.1-198.51.100.2")
      << "the length did not fit the field";
}

TEST(Tunnels, TeredoComesWithOrWithoutIndications) {
  const Octets packet = ipv6_with("hello");
  const Octets origin = {0, 0, 0xf0, 0xbf, 0x34, 0xff, 0x8e, 0xfe};
  Octets authentication = {0, 1, 2, 3, 'i', 'd', 'a', 'b', 'c'};
  put(authentication, Octets(9, 0));
  for (const Octets& front : {Octets{}, origin, authentication, join({authentication, origin})}) {
    EXPECT_EQ(path_in(outer_udp(3544, join({front, packet}))), "teredo 198.51.100.1-198.51.100.2");
  }
  const Octets longer = join({packet, Octets(4, 0)});
  EXPECT_EQ(why_of(outer_udp(3544, longer)), Drop::not_tcp) << "what follows is not Teredo's";
  Ipv6Params teredo;
  teredo.source = ip("2001:0:4136:e378:8000:63bf:3fff:fdd2");
  const Octets known = join({tcp_in_ipv6(tcp_with("hello"), teredo), Octets(4, 0)});
  EXPECT_EQ(path_in(outer_udp(3544, known)), "teredo 198.51.100.1-198.51.100.2")
      << "the address says so";
}

TEST(Tunnels, L2tp3FindsItsPayloadBehindAnyCookie) {
  const Octets packet = ipv4_with("hello");
  const Octets hdlc = join({Octets{0x0f, 0, 8, 0}, packet});
  for (const size_t front : {0u, 4u, 8u, 12u}) {
    Octets unknown(front, 0xa5);
    for (const Octets& payload : {frame_around(packet), ppp_of(packet), hdlc, packet}) {
      EXPECT_EQ(path_in(outer_udp(1701, l2tp3(payload, unknown))),
                "l2tp 198.51.100.1-198.51.100.2");
    }
  }
  EXPECT_EQ(why_of(outer_ip(115, Octets(40, 0))), Drop::not_ip) << "control";
  EXPECT_EQ(why_of(outer_ip(115, Octets(40, 1))), Drop::not_ip);
}

TEST(Tunnels, OfGreSayWhyTheyEnd) {
  const Octets inner = ipv4_with("hello");
  EXPECT_EQ(why_of(outer_ip(47, Octets{0x40, 0, 8, 0, 0, 0, 0, 0})), Drop::bad_tunnel);
  EXPECT_EQ(why_of(outer_ip(47, Octets{0, 5, 8, 0})), Drop::bad_tunnel) << "version";
  EXPECT_EQ(why_of(outer_ip(47, Octets{0, 1, 0x88, 0x0b})), Drop::bad_tunnel) << "no call";
  EXPECT_EQ(why_of(outer_ip(47, Octets{0xb0, 0, 8})), Drop::truncated_tunnel);
  EXPECT_EQ(why_of(outer_ip(47, Octets{0xb0, 0, 8, 0, 0, 0})), Drop::truncated_tunnel);
  EXPECT_EQ(why_of(outer_ip(47, gre({.type = 0x0806}, Octets(28, 0)))), Drop::not_ip);
  EXPECT_EQ(why_of(outer_ip(47, gre({.type = 0}, {}))), Drop::not_ip) << "a keep-alive";
  EXPECT_EQ(why_of(outer_ip(47, pptp({}, true))), Drop::not_ip);
  EXPECT_EQ(why_of(outer_ip(47, pptp(Octets{0xff, 3, 0, 0x53, 1, 2}, false))), Drop::encrypted);
  EXPECT_EQ(why_of(outer_ip(4, ipv6_with("x"))), Drop::bad_ip_header);
  EXPECT_EQ(why_of(outer_ip(4, {})), Drop::truncated_ip);
  const Octets redirect = join({Octets{0, 0, 0, 1}, inner});
  EXPECT_EQ(path_in(outer_ip(47, gre({.type = 0x883e}, redirect))),
            "gre 198.51.100.1-198.51.100.2");
  EXPECT_EQ(path_in(outer_ip(47, gre({.type = 0x883e}, inner))), "gre 198.51.100.1-198.51.100.2");
}

TEST(Tunnels, OfTheLinkLayerAreOpenedEvenSo) {
  const Octets packet = ipv4_with("hello");
  const Octets frame = frame_around(packet);
  const Octets wire = mpls_labels({17}, frame);
  const Octets controlled = mpls_labels({17, 18}, join({Octets(4, 0), frame}));
  const Octets instance = backbone_tag(0x012345, frame);
  EXPECT_EQ(path_in(ethernet(0x8847, wire), LinkType::ethernet), "mpls");
  EXPECT_EQ(path_in(ethernet(0x8847, controlled), LinkType::ethernet), "mpls");
  EXPECT_EQ(path_in(ethernet(0x8847, mpls_labels({17}, packet)), LinkType::ethernet), "")
      << "labels alone are no tunnel";
  EXPECT_EQ(path_in(ethernet(0x88e7, instance), LinkType::ethernet), "pbb isid 74565");
  EXPECT_EQ(path_in(ethernet(0x894f, nsh(1, packet)), LinkType::ethernet), "nsh");
  EXPECT_EQ(path_in(ethernet(0x894f, nsh(3, frame)), LinkType::ethernet), "nsh");
  EXPECT_EQ(path_in(ethernet(0x894f, nsh(4, nsh(5, mpls_labels({1}, packet)))), LinkType::ethernet),
            "nsh, nsh");
  DecodeRun shut(DecodeOptions{.open_tunnels = false});
  EXPECT_EQ(shut.decode(ethernet(0x88e7, instance)).why, Drop::none) << "there is no outer packet";
}

// A destination address that begins with 4 or 6 looks like a version of IP.
TEST(Tunnels, OfWiresTellAFrameFromAPacketByItsLengths) {
  EthernetParams params;
  for (const char* address : {"45:00:00:00:00:05", "60:00:00:00:00:05", "00:00:00:00:00:05"}) {
    params.destination = mac(address);
    const Octets frame = ethernet(params, ipv4_with("hello"));
    EXPECT_EQ(path_in(ethernet(0x8847, mpls_labels({17}, frame)), LinkType::ethernet), "mpls");
  }
}

TEST(Tunnels, OfWiresInWiresEnd) {
  Octets packet = ipv4_with("hello");
  for (int i = 0; i < 40; ++i) packet = ethernet(0x8847, mpls_labels({17}, packet));
  DecodeRun run;
  EXPECT_NE(run.decode(packet).why, Drop::none);
  Octets zeros = ethernet(0x8847, {});
  for (int i = 0; i < 200; ++i) put(zeros, Octets{0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x88, 0x47});
  EXPECT_NE(run.decode(zeros).why, Drop::none) << "each label a fork of what may follow";
}

TEST(Tunnels, AreReassembledOutsideAndInside) {
  Ipv4Params inner;
  inner.id = 900;
  const std::string text(300, 'x');
  const TcpParams params = tcp_with(text);
  const Octets segment = tcp(params, inner.source, inner.destination);
  DecodeRun run;
  uint16_t id = 1;
  for (const Octets& piece : ipv4_fragments(inner, segment, 160)) {
    const Octets datagram = udp(1, 4789, vxlan(5, frame_around(piece)));
    Ipv4Params outer;
    outer.protocol = 17;
    outer.id = id++;
    for (const Octets& part : ipv4_fragments(outer, datagram, 80)) {
      EXPECT_EQ(decode_ip(run, part).why, Drop::none);
    }
  }
  ASSERT_EQ(run.segments.size(), 1u);
  EXPECT_EQ(run.payload(), text);
  EXPECT_EQ(run.segments[0].path, "vxlan 10.1.2.3-192.0.2.80 vni 5");
  run.end();
  EXPECT_EQ(run.drops(Drop::fragment_incomplete), 0u);
}

TEST(Tunnels, DoNotMixFragmentsOfDifferentTunnels) {
  const Octets segment = tcp(tcp_with(std::string(28, 'a')), ip("10.1.2.3"), ip("192.0.2.80"));
  const std::vector<Octets> pieces = ipv4_fragments({}, segment, 24);
  DecodeRun run;
  const auto send = [&run](uint32_t network, const Octets& piece) {
    return decode_ip(run, outer_udp(4789, vxlan(network, frame_around(piece)))).why;
  };
  EXPECT_EQ(send(1, pieces[0]), Drop::none);
  EXPECT_EQ(send(2, pieces[1]), Drop::none);
  EXPECT_TRUE(run.segments.empty()) << "the same addresses and number, another network";
  EXPECT_EQ(send(2, pieces[0]), Drop::none);
  EXPECT_EQ(send(1, pieces[1]), Drop::none);
  ASSERT_EQ(run.segments.size(), 2u);
  EXPECT_NE(run.segments[0].path, run.segments[1].path);
}

TEST(Tunnels, CountFragmentsOfOrdinaryDatagramsOnceTheyAreWhole) {
  Ipv4Params outer;
  outer.protocol = 17;
  DecodeRun run(DecodeOptions{}, true);
  for (const Octets& part : ipv4_fragments(outer, udp(5000, 53, Octets(100, 'q')), 40)) {
    decode_ip(run, part);
  }
  EXPECT_EQ(run.drops(Drop::not_tcp), 3u);
}

// ---- any stack of tunnels --------------------------------------------------------------------

// Wraps packets in random tunnels and cuts them up on the way.
class Stack {
 public:
  explicit Stack(uint32_t seed) : random_(seed), tunnels_(all_tunnels()) {}

  std::vector<Octets> wrap(const Octets& packet) {
    std::vector<Octets> packets = {packet};
    for (size_t layers = random_() % (Encapsulation::kMost + 1); layers > 0;) {
      const Tunnel& tunnel = tunnels_[random_() % tunnels_.size()];
      if (tunnel.layers > layers) continue;
      layers -= tunnel.layers;
      if (random_() % 4 == 0) packets = cut(packets);
      for (Octets& one : packets) one = tunnel.wrap(one, false);
    }
    return packets;
  }

 private:
  // Each IPv4 packet into two or three fragments with a number of its own.
  std::vector<Octets> cut(const std::vector<Octets>& packets) {
    std::vector<Octets> pieces;
    for (const Octets& packet : packets) {
      const bool is_fragment = (load_be16(&packet[6]) & 0x3fff) != 0;
      if (packet[0] != 0x45 || is_fragment || packets.size() > 20) {
        pieces.push_back(packet);
        continue;
      }
      Ipv4Params params;
      params.source = IpAddress::v4(&packet[12]);
      params.destination = IpAddress::v4(&packet[16]);
      params.protocol = packet[9];
      params.id = ++id_;
      const size_t third = (packet.size() - 20) / 3 / 8 * 8 + 8;
      for (Octets& piece : ipv4_fragments(params, Bytes(packet).subspan(20), third)) {
        pieces.push_back(std::move(piece));
      }
    }
    std::shuffle(pieces.begin(), pieces.end(), random_);
    return pieces;
  }

  std::mt19937 random_;
  std::vector<Tunnel> tunnels_;
  uint16_t id_ = 0;
};

TEST(Tunnels, InAnyStackGiveTheSegmentThatWasPutIn) {
  Stack stack(2024);
  std::mt19937 random(7);
  DecodeRun run;
  for (int round = 0; round < 1000; ++round) {
    TcpParams params = tcp_with("round " + std::to_string(round));
    params.sequence = static_cast<uint32_t>(random());
    params.source_port = static_cast<uint16_t>(random());
    const bool is_ipv4 = random() % 2 == 0;
    run.segments.clear();
    for (const Octets& packet : stack.wrap(is_ipv4 ? tcp_in_ipv4(params) : tcp_in_ipv6(params))) {
      const SeenFate fate = decode_ip(run, packet);
      ASSERT_EQ(fate.why, Drop::none) << round << ": " << drop_name(fate.why);
    }
    ASSERT_EQ(run.segments.size(), 1u) << round;
    EXPECT_EQ(run.payload(), params.payload);
    EXPECT_EQ(run.segments[0].segment.sequence, params.sequence);
    EXPECT_EQ(run.segments[0].segment.source_port, params.source_port);
    EXPECT_EQ(run.segments[0].segment.source, is_ipv4 ? ip("10.1.2.3") : ip("2001:db8::c"));
  }
}

}  // namespace
}  // namespace tcpflow
