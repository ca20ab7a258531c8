#include "decode/link_decoder.h"

#include <gtest/gtest.h>

#include "decode/decode_test_support.h"

namespace tcpflow {
namespace {

using namespace test;

// A link header that ends where IP begins.
struct LinkCase {
  const char* name;
  LinkType link;
  Octets header;
};

Octets ethernet_header(uint16_t type, std::vector<VlanTag> tags = {}) {
  EthernetParams params;
  params.type = type;
  params.tags = std::move(tags);
  return ethernet(params, {});
}

Octets with(Octets header, const Octets& more) {
  put(header, more);
  return header;
}

Octets sll(uint16_t protocol) {
  Octets header = {0, 0, 0, 1, 0, 6, 2, 0, 0, 0, 0, 5, 0, 0};
  put_be16(header, protocol);
  return header;
}

Octets sll2(uint16_t protocol) {
  Octets header;
  put_be16(header, protocol);
  put(header, Octets{0, 0, 0, 0, 0, 1, 0, 1, 0, 6, 2, 0, 0, 0, 0, 5, 0, 0});
  return header;
}

const Octets kSnapIpv4 = {0xaa, 0xaa, 3, 0, 0, 0, 8, 0};
const Octets kPppoe = {0x11, 0, 0, 1, 0, 200};
const Octets kTwoLabels = {0, 0x01, 0, 64, 0, 0x02, 1, 64};

std::vector<LinkCase> ipv4_links() {
  const VlanTag dot1q{7};
  return {
      {"Ethernet", LinkType::ethernet, ethernet_header(0x0800)},
      {"Token Ring as Ethernet", LinkType::ieee802, ethernet_header(0x0800)},
      {"VLAN", LinkType::ethernet, ethernet_header(0x0800, {dot1q})},
      {"QinQ", LinkType::ethernet, ethernet_header(0x0800, {{9, 0x88a8}, dot1q})},
      {"LLC SNAP", LinkType::ethernet, with(ethernet_header(60), kSnapIpv4)},
      {"LLC SNAP in a VLAN", LinkType::ethernet, with(ethernet_header(60, {dot1q}), kSnapIpv4)},
      {"LLC IP", LinkType::ethernet, with(ethernet_header(60), {6, 6, 3})},
      {"PPPoE", LinkType::ethernet, with(with(ethernet_header(0x8864), kPppoe), {0, 0x21})},
      {"PPPoE compressed", LinkType::ethernet,
       with(with(ethernet_header(0x8864, {dot1q}), kPppoe), {0x21})},
      {"MPLS", LinkType::ethernet, with(ethernet_header(0x8847), kTwoLabels)},
      {"MPLS multicast", LinkType::ethernet, with(ethernet_header(0x8848), kTwoLabels)},
      {"SLL", LinkType::linux_sll, sll(0x0800)},
      {"SLL VLAN", LinkType::linux_sll, with(sll(0x8100), {0, 7, 8, 0})},
      {"SLL MPLS", LinkType::linux_sll, with(sll(0x8847), kTwoLabels)},
      {"SLL LLC", LinkType::linux_sll, with(sll(4), kSnapIpv4)},
      {"SLL2", LinkType::linux_sll2, sll2(0x0800)},
      {"SLL2 VLAN", LinkType::linux_sll2, with(sll2(0x88a8), {0, 7, 8, 0})},
      {"RAW 12", LinkType::raw_12, {}},
      {"RAW 14", LinkType::raw_14, {}},
      {"RAW", LinkType::raw, {}},
      {"IPV4", LinkType::ipv4, {}},
      {"NULL little", LinkType::null, {2, 0, 0, 0}},
      {"NULL big", LinkType::null, {0, 0, 0, 2}},
      {"LOOP", LinkType::loop, {0, 0, 0, 2}},
      {"PPP", LinkType::ppp, {0xff, 3, 0, 0x21}},
      {"PPP bare", LinkType::ppp, {0, 0x21}},
      {"PPP compressed", LinkType::ppp, {0x21}},
      {"PPP MPLS", LinkType::ppp, with({0xff, 3, 0x02, 0x81}, kTwoLabels)},
      {"PPP serial", LinkType::ppp_serial, {0xff, 3, 0, 0x21}},
      {"PPP serial as Cisco", LinkType::ppp_serial, {0x0f, 0, 8, 0}},
      {"PPP ether", LinkType::ppp_ether, with(kPppoe, {0, 0x21})},
      {"Cisco HDLC", LinkType::c_hdlc, {0x8f, 0, 8, 0}},
      {"Cisco HDLC MPLS", LinkType::c_hdlc, with({0x0f, 0, 0x88, 0x47}, kTwoLabels)},
  };
}

std::vector<LinkCase> ipv6_links() {
  std::vector<LinkCase> links = {
      {"Ethernet", LinkType::ethernet, ethernet_header(0x86dd)},
      {"SNAP", LinkType::ethernet, with(ethernet_header(90), {0xaa, 0xaa, 3, 0, 0, 0, 0x86, 0xdd})},
      {"MPLS", LinkType::ethernet, with(ethernet_header(0x8847), kTwoLabels)},
      {"SLL", LinkType::linux_sll, sll(0x86dd)},
      {"SLL2", LinkType::linux_sll2, sll2(0x86dd)},
      {"RAW", LinkType::raw, {}},
      {"IPV6", LinkType::ipv6, {}},
      {"PPP", LinkType::ppp, {0xff, 3, 0, 0x57}},
      {"PPP ether", LinkType::ppp_ether, with(kPppoe, {0, 0x57})},
      {"Cisco HDLC", LinkType::c_hdlc, {0x0f, 0, 0x86, 0xdd}},
  };
  for (const uint8_t family : Octets{10, 24, 28, 30}) {
    links.push_back({"NULL", LinkType::null, {family, 0, 0, 0}});
    links.push_back({"NULL big", LinkType::null, {0, 0, 0, family}});
    links.push_back({"LOOP", LinkType::loop, {0, 0, 0, family}});
  }
  return links;
}

Frame frame_on(LinkType link, Bytes bytes) {
  Frame frame;
  frame.link = link;
  frame.bytes = bytes;
  frame.original_length = static_cast<uint32_t>(bytes.size());
  return frame;
}

Drop strip_error(LinkType link, const Octets& bytes) {
  LinkPacket packet;
  Encapsulation path;
  return strip_link(frame_on(link, bytes), packet, path);
}

// A frame that MACsec secures without hiding it: tag, ethertype, IP, check value.
Octets signed_frame(const Octets& tag, const Octets& ip_packet, const Octets& behind = {}) {
  Octets frame = with(ethernet_header(0x88e5), tag);
  put(frame, Octets{8, 0});
  put(frame, ip_packet);
  put(frame, Octets(16, 0xcc));
  return with(std::move(frame), behind);
}

LinkFacts facts_of(LinkType link, const Octets& bytes) {
  LinkPacket packet;
  Encapsulation path;
  EXPECT_EQ(strip_link(frame_on(link, bytes), packet, path), Drop::none);
  return packet.facts;
}

void expect_ip(const LinkCase& link, const Octets& ip_packet) {
  const Octets bytes = with(link.header, ip_packet);
  LinkPacket packet;
  Encapsulation path;
  const Drop why = strip_link(frame_on(link.link, bytes), packet, path);
  ASSERT_EQ(why, Drop::none) << link.name << ": " << drop_name(why);
  EXPECT_EQ(as_text(packet.ip.captured), as_text(ip_packet)) << link.name;
  EXPECT_EQ(packet.ip.on_wire, ip_packet.size()) << link.name;
  const Result<Bytes, Drop> found = find_ip_packet(frame_on(link.link, bytes));
  ASSERT_TRUE(found);
  EXPECT_EQ(as_text(*found), as_text(ip_packet)) << link.name;
}

TEST(LinkDecoder, FindsIpv4BehindEveryLink) {
  for (const LinkCase& link : ipv4_links()) {
    expect_ip(link, ipv4_with("hello"));
    EXPECT_TRUE(is_known_link(link.link));
  }
}

TEST(LinkDecoder, FindsIpv6BehindEveryLink) {
  for (const LinkCase& link : ipv6_links()) expect_ip(link, ipv6_with("hello"));
}

TEST(LinkDecoder, TakesAFrameCutAnywhere) {
  for (const LinkCase& link : ipv4_links()) {
    const Octets bytes = with(link.header, ipv4_with("hello"));
    DecodeRun run;
    for (size_t length = 0; length < bytes.size(); ++length) {
      const uint32_t original = static_cast<uint32_t>(bytes.size());
      const SeenFate fate = run.decode(Bytes(bytes).first(length), {link.link, original});
      EXPECT_EQ(fate.has_ip, length > link.header.size()) << link.name << " cut at " << length;
    }
    EXPECT_EQ(run.segments.size(), 5u) << link.name;
  }
}

TEST(LinkDecoder, NamesTheOutermostVlanWhateverItsType) {
  const auto facts = [](std::vector<VlanTag> tags) {
    const Octets bytes = with(ethernet_header(0x0800, std::move(tags)), ipv4_with("x"));
    return facts_of(LinkType::ethernet, bytes);
  };
  EXPECT_EQ(facts({}).vlan, kNoVlan);
  EXPECT_EQ(facts({{42}}).vlan, 42);
  EXPECT_EQ(facts({{42}}).vlans.size(), 1u);
  EXPECT_EQ(facts({{0x602a}}).vlan, 42) << "priority is no part of it";
  EXPECT_EQ(facts({{0x6000}}).vlan, 0) << "a tag of priority only";
  EXPECT_EQ(facts({{100, 0x88a8}, {42}}).vlan, 100);
  EXPECT_EQ(facts({{100, 0x9100}, {42}}).vlans[1], 42);
  EXPECT_EQ(facts({{1}, {2}, {3}}).vlans[2], 3);
}

TEST(LinkDecoder, NamesTheVlanInsideACookedHeader) {
  const Octets bytes = with(with(sll(0x8100), {0x20, 7, 8, 0}), ipv4_with("x"));
  const LinkFacts facts = facts_of(LinkType::linux_sll, bytes);
  EXPECT_EQ(facts.vlan, 7);
  EXPECT_TRUE(facts.source_mac.is_zero());
  EXPECT_TRUE(facts.destination_mac.is_zero());
}

TEST(LinkDecoder, TellsMacAddressesWhereThereAreAny) {
  const Octets wire = with(ethernet_header(0x0800), ipv4_with("x"));
  const LinkFacts facts = facts_of(LinkType::ethernet, wire);
  EXPECT_EQ(facts.source_mac, mac("02:00:00:00:00:0c"));
  EXPECT_EQ(facts.destination_mac, mac("02:00:00:00:00:05"));
  const Octets raw = ipv4_with("x");
  EXPECT_TRUE(facts_of(LinkType::raw, raw).source_mac.is_zero());
}

TEST(LinkDecoder, SaysWhyThereIsNoIp) {
  EXPECT_EQ(strip_error(LinkType{147}, {}), Drop::unknown_link_type);
  EXPECT_EQ(strip_error(LinkType::ethernet, ethernet_header(0x0806)), Drop::not_ip);
  EXPECT_EQ(strip_error(LinkType::ethernet, with(ethernet_header(38), {0x42, 0x42, 3})),
            Drop::not_ip);
  EXPECT_EQ(
      strip_error(LinkType::ethernet, with(ethernet_header(38), {0xaa, 0xaa, 3, 0, 0, 0x0c, 8, 0})),
      Drop::not_ip);
  EXPECT_EQ(strip_error(LinkType::ethernet, with(ethernet_header(0x8864), {0x11, 9, 0, 0, 0, 0})),
            Drop::not_ip);
  EXPECT_EQ(strip_error(LinkType::ethernet, with(ethernet_header(0x8864), {0x21, 0, 0, 0, 0, 0})),
            Drop::bad_link);
  EXPECT_EQ(strip_error(LinkType::ethernet, with(ethernet_header(0x8847), {0, 0, 1, 9, 0, 0})),
            Drop::not_ip);
  EXPECT_EQ(strip_error(LinkType::ppp, {0xff, 3, 0xc0, 0x21, 1}), Drop::not_ip);
  EXPECT_EQ(strip_error(LinkType::null, {7, 0, 0, 0, 0x45}), Drop::not_ip);
  EXPECT_EQ(strip_error(LinkType::linux_sll, sll(1)), Drop::not_ip);
  EXPECT_EQ(strip_error(LinkType::c_hdlc, {0x0f, 0, 0x80, 0x35}), Drop::not_ip);
  EXPECT_EQ(strip_error(LinkType::raw, {0x12}), Drop::not_ip);
}

TEST(LinkDecoder, EndsAPppPacketWherePppoeSaysItEnds) {
  Ipv4Params counts_padding;
  counts_padding.total_length = 46;
  const Octets packet = tcp_in_ipv4(tcp_with(""), counts_padding);
  Octets bytes = with(ethernet_header(0x8864), {0x11, 0, 0, 1, 0, 42, 0, 0x21});
  put(bytes, packet);
  put(bytes, Octets(6, 0));
  DecodeRun run;
  run.decode(bytes);
  ASSERT_EQ(run.segments.size(), 1u);
  EXPECT_EQ(run.segments[0].segment.payload_length(), 0u);
}

TEST(LinkDecoder, TakesNetlinkMessagesForNoIp) {
  Octets header = sll(0x0800);
  set_be16(header, 2, 824);
  EXPECT_EQ(strip_error(LinkType::linux_sll, with(header, ipv4_with("x"))), Drop::not_ip);
}

TEST(LinkDecoder, GivesUpOnEndlessStacks) {
  const std::vector<VlanTag> tags(5000, VlanTag{1});
  EXPECT_EQ(strip_error(LinkType::ethernet, ethernet_header(0x0800, tags)), Drop::too_many_headers);
  EXPECT_EQ(strip_error(LinkType::ethernet, with(ethernet_header(0x8847), Octets(5000, 0))),
            Drop::too_many_headers);
  Octets snaps = ethernet_header(60);
  for (int i = 0; i < 5000; ++i) put(snaps, Octets{0xaa, 0xaa, 3, 0, 0, 0, 0x81, 0, 0, 1, 0, 60});
  EXPECT_EQ(strip_error(LinkType::ethernet, snaps), Drop::too_many_headers);
}

TEST(LinkDecoder, TakesEightTags) {
  const std::vector<VlanTag> tags(8, VlanTag{1});
  const Octets bytes = with(ethernet_header(0x0800, tags), ipv4_with("x"));
  EXPECT_EQ(strip_error(LinkType::ethernet, bytes), Drop::none);
}

TEST(LinkDecoder, OpensWhatMacsecOnlySigns) {
  const Octets packet = ipv4_with("signed");
  const Octets channel = {0x20, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 5, 0, 1};
  for (const Octets& tag : {Octets{0x40, 0, 0, 0, 0, 1}, channel}) {
    const Octets bytes = signed_frame(tag, packet);
    LinkPacket found;
    Encapsulation path;
    ASSERT_EQ(strip_link(frame_on(LinkType::ethernet, bytes), found, path), Drop::none);
    EXPECT_EQ(as_text(found.ip.captured), as_text(packet)) << "without the check value";
    EXPECT_EQ(found.ip.on_wire, packet.size());
  }
}

TEST(LinkDecoder, BelievesTheShortLengthOfMacsec) {
  const Octets packet(20, 0x45);
  const Octets tag = {0, 22, 0, 0, 0, 1};  // 22: the ethertype and the packet
  const Octets bytes = signed_frame(tag, packet, Octets(10, 0));
  LinkPacket found;
  Encapsulation path;
  ASSERT_EQ(strip_link(frame_on(LinkType::ethernet, bytes), found, path), Drop::none);
  EXPECT_EQ(found.ip.on_wire, packet.size());
}

TEST(LinkDecoder, LeavesShutWhatMacsecHides) {
  const Octets packet = ipv4_with("hidden");
  const auto why_with = [&packet](uint8_t flags) {
    return strip_error(LinkType::ethernet, signed_frame({flags, 0, 0, 0, 0, 1}, packet));
  };
  EXPECT_EQ(why_with(0x0c), Drop::encrypted);
  EXPECT_EQ(why_with(0x08), Drop::encrypted);
  EXPECT_EQ(why_with(0x04), Drop::not_ip) << "changed, but no secret";
  EXPECT_EQ(why_with(0x80), Drop::not_ip) << "another version";
  const Octets whole = signed_frame({0x20, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 5, 0, 1}, {});
  for (size_t length = 14; length < 14 + 14 + 2; ++length) {
    const Octets cut(whole.begin(), whole.begin() + static_cast<ptrdiff_t>(length));
    EXPECT_EQ(strip_error(LinkType::ethernet, cut), Drop::truncated_link) << length;
  }
}

}  // namespace
}  // namespace tcpflow
