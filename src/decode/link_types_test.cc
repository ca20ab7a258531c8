// Link types beyond the usual ones.
#include <gtest/gtest.h>

#include "decode/decode_test_support.h"
#include "decode/link_decoder.h"
#include "tests/support/tunnel_builder.h"

namespace tcpflow {
namespace {

using namespace test;

// A link header that ends where IP begins.
struct LinkCase {
  const char* name;
  LinkType link;
  Octets header;
};

Octets nflog(bool is_big) {
  const auto number = [is_big](Octets& to, unsigned value) {
    is_big ? put_be16(to, value) : put_le16(to, value);
  };
  Octets header = {2, 0, 0, 7};
  number(header, 8);  // the packet's header
  number(header, 1);
  put(header, Octets{8, 0, 0, 0});
  number(header, 7);  // a prefix of three octets, padded
  number(header, 10);
  put(header, Octets{'a', 'b', 0, 0});
  number(header, 49);  // the payload: 45 octets
  number(header, 9);
  return header;
}

Octets pktap(uint32_t dlt, Bytes inside) {
  Octets header;
  put_le32(header, 108);
  put_le32(header, 1);
  put_le32(header, dlt);
  header.resize(108);
  put(header, inside);
  return header;
}

// With an extension of four octets, or of none.
Octets juniper(bool is_extended, Bytes inside) {
  Octets header = {'M', 'G', 'C', static_cast<uint8_t>(is_extended ? 0x80 : 0x00)};
  if (is_extended) put(header, Octets{0, 4, 1, 2, 3, 4});
  put(header, inside);
  return header;
}

const Octets kEthernet = ethernet(kTypeIpv4, {});
const Octets kSnap = {0xaa, 0xaa, 3, 0, 0, 0, 8, 0};

std::vector<LinkCase> radio_free_links() {
  return {
      {"FDDI", LinkType::fddi, join({Octets{0x51}, Octets(12, 2), kSnap})},
      {"ARCnet of BSD", LinkType::arcnet_bsd, {1, 2, 212, 0, 0, 9}},
      {"ARCnet of BSD, odd", LinkType::arcnet_bsd, {1, 2, 212, 0xff, 0, 0, 0, 0, 0, 9}},
      {"ARCnet of Linux", LinkType::arcnet_linux, {1, 2, 9, 9, 212, 0, 0, 9}},
      {"ARCnet, old", LinkType::arcnet_linux, {1, 2, 9, 9, 240}},
      {"ATM", LinkType::atm_rfc1483, kSnap},
      {"ATM, bridged", LinkType::atm_rfc1483,
       join({Octets{0xaa, 0xaa, 3, 0, 0x80, 0xc2, 0, 7, 0, 0}, kEthernet})},
      {"ATM, OSI", LinkType::atm_rfc1483, {0xfe, 0xfe, 3, 0xcc}},
      {"SunATM", LinkType::sun_atm, join({Octets{2, 0, 0, 5}, kSnap})},
      {"SunATM, LANE", LinkType::sun_atm, join({Octets{1, 0, 0, 5, 0, 9}, kEthernet})},
      {"frame relay", LinkType::frame_relay, {0x18, 0x41, 3, 0xcc}},
      {"frame relay, long address", LinkType::frame_relay, {0x18, 0x40, 0x20, 1, 3, 0xcc}},
      {"frame relay, SNAP", LinkType::frame_relay, {0x18, 0x41, 3, 0, 0x80, 0, 0, 0, 8, 0}},
      {"frame relay, bridged", LinkType::frame_relay,
       join({Octets{0x18, 0x41, 3, 0x80, 0, 0x80, 0xc2, 0, 7}, kEthernet})},
      {"frame relay of Cisco", LinkType::frame_relay, {0x18, 0x41, 8, 0}},
      {"frame relay, direction", LinkType::frame_relay_with_direction, {0, 0x18, 0x41, 3, 0xcc}},
      {"PPP of pppd", LinkType::ppp_pppd, {1, 3, 0, 0x21}},
      {"PPP, direction", LinkType::ppp_with_direction, {1, 0xff, 3, 0, 0x21}},
      {"HDLC, direction", LinkType::c_hdlc_with_direction, {0, 0x0f, 0, 8, 0}},
      {"enc", LinkType::enc, Octets(12, 0)},
      {"Fibre Channel", LinkType::ip_over_fc, join({Octets(16, 1), kSnap})},
      {"FireWire", LinkType::ip_over_1394, join({Octets(16, 1), Octets{8, 0}})},
      {"MPLS", LinkType::mpls, {0, 1, 1, 64}},
      {"NFLOG", LinkType::nflog, nflog(false)},
      {"NFLOG, big", LinkType::nflog, nflog(true)},
      {"PKTAP", LinkType::pktap, pktap(1, kEthernet)},
      {"PKTAP of RAW", LinkType::pktap, pktap(12, {})},
      {"PKTAP as USER2", LinkType::user2, pktap(0, Octets{2, 0, 0, 0})},
  };
}

std::vector<LinkCase> juniper_links() {
  std::vector<LinkCase> all;
  for (const bool is_extended : {false, true}) {
    const auto add = [&](const char* name, LinkType link, Bytes inside) {
      all.push_back({name, link, juniper(is_extended, inside)});
    };
    add("Ethernet", LinkType::juniper_ethernet, kEthernet);
    add("PPPoE", LinkType::juniper_pppoe, ethernet(0x8864, Octets{0x11, 0, 0, 1, 0, 47, 0, 0x21}));
    add("PPPoE over ATM", LinkType::juniper_pppoe_atm,
        Octets{0x88, 0x64, 0x11, 0, 0, 1, 0, 47, 0, 0x21});
    add("PPP", LinkType::juniper_ppp, Octets{0xff, 3, 0, 0x21});
    add("HDLC", LinkType::juniper_c_hdlc, Octets{0x0f, 0, 8, 0});
    add("frame relay", LinkType::juniper_frame_relay, Octets{0x18, 0x41, 3, 0xcc});
    add("ATM1", LinkType::juniper_atm1, join({Octets{0x80, 0, 0, 1}, kSnap}));
    add("ATM2", LinkType::juniper_atm2, join({Octets(8, 0x33), kSnap}));
    add("ATM2, IP", LinkType::juniper_atm2, Octets(8, 0x33));
    add("MLPPP", LinkType::juniper_mlppp, Octets{0, 0x21});
    add("MLPPP, cookie", LinkType::juniper_mlppp, Octets{0x54, 0, 0, 1, 0xff, 3, 0, 0x21});
    add("MLFR", LinkType::juniper_mlfr, Octets{0x54, 0, 0, 1, 0x18, 0x41, 3, 0xcc});
    add("services", LinkType::juniper_services, Octets(8, 0x54));
    add("monitor", LinkType::juniper_monitor, Octets(4, 0x54));
    add("ES", LinkType::juniper_es, Octets(6, 0));
    add("GGSN", LinkType::juniper_ggsn, Octets(2, 0));
  }
  all.push_back({"no link", LinkType::juniper_ethernet, {'M', 'G', 'C', 2, 2, 0, 0, 0}});
  return all;
}

std::vector<LinkCase> all_links() {
  std::vector<LinkCase> all = radio_free_links();
  for (LinkCase& one : juniper_links()) all.push_back(std::move(one));
  return all;
}

TEST(LinkTypes, GiveTheSegmentBehindEveryHeader) {
  for (const LinkCase& link : all_links()) {
    DecodeRun run;
    const SeenFate fate = run.decode(join({link.header, ipv4_with("hello")}), link.link);
    ASSERT_EQ(run.segments.size(), 1u) << link.name << ": " << drop_name(fate.why);
    EXPECT_EQ(run.payload(), "hello") << link.name;
    EXPECT_EQ(run.segments[0].path, "") << link.name << ": a link is no tunnel";
    EXPECT_TRUE(is_known_link(link.link));
  }
}

TEST(LinkTypes, TakeAFrameCutAnywhere) {
  for (const LinkCase& link : all_links()) {
    const Octets bytes = join({link.header, ipv4_with("hello")});
    DecodeRun run;
    for (size_t length = 0; length < bytes.size(); ++length) {
      run.decode(Bytes(bytes).first(length), {link.link, static_cast<uint32_t>(bytes.size())});
      run.decode(Bytes(bytes).first(length), link.link);
    }
    EXPECT_GE(run.segments.size(), 5u) << link.name;
  }
}

TEST(LinkTypes, TakeAnyOctetAnyhow) {
  for (const LinkCase& link : all_links()) {
    const Octets bytes = join({link.header, ipv4_with("hello")});
    DecodeRun run;
    for (size_t at = 0; at < bytes.size(); ++at) {
      for (const uint8_t value : Octets{0, 1, 3, 0x45, 0x60, 0x80, 0xaa, 0xff}) {
        Octets changed = bytes;
        changed[at] = value;
        run.decode(changed, link.link);
      }
    }
  }
}

TEST(LinkTypes, SayWhyAFrameIsOfNoUse) {
  const auto why = [](LinkType link, const Octets& bytes) {
    DecodeRun run;
    return run.decode(bytes, link).why;
  };
  const Octets packet = ipv4_with("x");
  EXPECT_EQ(why(LinkType::fddi, Octets(60, 0)), Drop::not_ip) << "no LLC frame";
  EXPECT_EQ(why(LinkType::arcnet_bsd, join({Octets{1, 2, 213, 0, 0, 9}, packet})), Drop::not_ip);
  EXPECT_EQ(why(LinkType::arcnet_bsd, join({Octets{1, 2, 212, 1, 0, 9}, packet})),
            Drop::fragment_incomplete);
  EXPECT_EQ(why(LinkType::frame_relay, Octets{0, 0, 0, 0, 0, 0}), Drop::bad_link);
  EXPECT_EQ(why(LinkType::frame_relay, Octets{0x18, 0x41, 3, 0x81, 1}), Drop::not_ip);
  EXPECT_EQ(why(LinkType::sun_atm, Octets(40, 0)), Drop::not_ip);
  EXPECT_EQ(why(LinkType::nflog, Octets{2, 0, 0, 0, 3, 0, 9, 0}), Drop::bad_link);
  EXPECT_EQ(why(LinkType::nflog, Octets{2, 0, 0, 0, 4, 0, 1, 0}), Drop::not_ip);
  EXPECT_EQ(why(LinkType::nflog, Octets{2, 1, 0, 0, 4, 0, 9, 0}), Drop::bad_link);
  EXPECT_EQ(why(LinkType::nflog, Octets{2, 0, 0, 0, 8, 0, 1, 0, 1}), Drop::not_ip);
  EXPECT_EQ(why(LinkType::pktap, pktap(9999, packet)), Drop::unknown_link_type);
  EXPECT_EQ(why(LinkType::user2, Octets(200, 0)), Drop::unknown_link_type) << "somebody else's";
  EXPECT_EQ(why(LinkType::juniper_ethernet, Octets{'M', 'G', 'D', 0, 1}), Drop::bad_link);
  EXPECT_EQ(why(LinkType::juniper_atm1, juniper(false, Octets(60, 1))), Drop::not_ip);
}

TEST(LinkTypes, InEachOtherEnd) {
  Octets frame = ipv4_with("x");
  for (int i = 0; i < 40; ++i) frame = pktap(258, frame);
  DecodeRun run;
  EXPECT_EQ(run.decode(frame, LinkType::pktap).why, Drop::too_many_headers);
}

TEST(LinkTypes, ShowMacAddressesWhereTheLinkHasThem) {
  const auto source_of = [](LinkType link, const Octets& header) {
    DecodeRun run;
    run.decode(join({header, ipv4_with("x")}), link);
    return run.segments.at(0).segment.link.source_mac;
  };
  const MacAddress station = mac("02:00:00:00:00:0c");
  const MacAddress other = mac("02:00:00:00:00:05");
  EXPECT_EQ(source_of(LinkType::fddi, join({Octets{0x51}, other.octets, station.octets, kSnap})),
            station);
  EXPECT_EQ(source_of(LinkType::ip_over_fc,
                      join({Octets{1, 0}, other.octets, Octets{1, 0}, station.octets, kSnap})),
            station);
  EXPECT_EQ(source_of(LinkType::pktap, pktap(1, kEthernet)), station);
  EXPECT_TRUE(source_of(LinkType::enc, Octets(12, 0)).is_zero());
}

}  // namespace
}  // namespace tcpflow
