#include "decode/datagram.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "decode/decoder.h"
#include "tests/support/segment_builder.h"
#include "tests/support/tunnel_builder.h"

namespace tcpflow {
namespace {

using namespace test;

constexpr uint8_t kUdp = 17;

struct SeenDatagram {
  Datagram datagram;  // its spans are dead
  std::string payload;
  std::string path;
};

// Decodes packets from heap blocks of their exact size, for a reader of UDP or, without
// `is_wanted`, of TCP alone.
class UdpRun : public SegmentSink, public DatagramSink, public FrameObserver {
 public:
  explicit UdpRun(bool is_wanted = true, const DecodeOptions& options = {})
      : decoder_(options, *this, this, is_wanted ? this : nullptr) {}

  Drop decode(Bytes bytes, LinkType link = LinkType::raw, size_t cut_off = 0) {
    const std::vector<uint8_t> exact(bytes.begin(), bytes.end() - static_cast<long>(cut_off));
    Frame frame;
    frame.number = ++number_;
    frame.time = at_ms(0);
    frame.bytes = exact;
    frame.original_length = static_cast<uint32_t>(bytes.size());
    frame.link = link;
    decoder_.decode(frame, batch_);
    batch_.clear();
    return why_;
  }
  const std::string& payload() const { return datagrams.back().payload; }

  void on_segment(const Segment&) override { ++segments; }
  void on_datagram(const Datagram& datagram) override {
    datagrams.push_back({datagram, std::string(as_text(datagram.payload)),
                         datagram.path != nullptr ? datagram.path->text() : ""});
  }
  void on_frame(const Frame&, const FrameFate& fate) override { why_ = fate.why; }

  std::vector<SeenDatagram> datagrams;
  int segments = 0;

 private:
  Drop why_ = Drop::none;
  uint64_t number_ = 0;
  FrameBatch batch_;
  Decoder decoder_;
};

Octets in_ipv4(Bytes datagram) {
  Ipv4Params params;
  params.protocol = kUdp;
  return ipv4(params, datagram);
}
Octets in_ipv6(Bytes datagram) {
  Ipv6Params params;
  params.next_header = kUdp;
  return ipv6(params, datagram);
}
Octets hello() { return udp(40000, 53, octets("hello")); }
// With a length that is not true.
Octets hello_of_length(unsigned length) {
  Octets datagram = hello();
  set_be16(datagram, 4, length);
  return datagram;
}

TEST(Datagrams, ComeWithAddressesPortsAndLinkFactsOfBothFamilies) {
  UdpRun run;
  EthernetParams link;
  link.tags = {{42}};
  EXPECT_EQ(run.decode(ethernet(link, in_ipv4(hello())), LinkType::ethernet), Drop::none);
  EXPECT_EQ(run.decode(in_ipv6(hello())), Drop::none);
  ASSERT_EQ(run.datagrams.size(), 2u);
  const Datagram& four = run.datagrams[0].datagram;
  EXPECT_EQ(four.source, ip("10.1.2.3"));
  EXPECT_EQ(four.destination, ip("192.0.2.80"));
  EXPECT_EQ(four.source_port, 40000);
  EXPECT_EQ(four.destination_port, 53);
  EXPECT_EQ(four.missing, 0u);
  EXPECT_EQ(four.link.vlan, 42);
  EXPECT_EQ(run.datagrams[0].payload, "hello");
  EXPECT_EQ(run.datagrams[1].datagram.source, ip("2001:db8::c"));
  EXPECT_EQ(run.datagrams[1].payload, "hello");
  EXPECT_EQ(run.segments, 0);
}

TEST(Datagrams, NeverHoldPadding) {
  UdpRun run;
  Octets frame = ethernet(kTypeIpv4, in_ipv4(hello()));
  frame.resize(60);
  run.decode(frame, LinkType::ethernet);
  EXPECT_EQ(run.payload(), "hello");
}

TEST(Datagrams, EndWhereTheirLengthOrThatOfThePacketSays) {
  UdpRun run;
  run.decode(in_ipv4(hello_of_length(10)));
  EXPECT_EQ(run.payload(), "he") << "shorter than the packet";
  run.decode(in_ipv4(hello_of_length(0)));
  EXPECT_EQ(run.payload(), "hello") << "not stated";
  run.decode(in_ipv4(hello_of_length(9000)));
  EXPECT_EQ(run.payload(), "hello") << "past the packet";
  EXPECT_EQ(run.datagrams.back().datagram.missing, 0u);
  for (const unsigned length : {1u, 7u}) {
    EXPECT_EQ(run.decode(in_ipv4(hello_of_length(length))), Drop::bad_udp_header) << length;
  }
  EXPECT_EQ(run.datagrams.size(), 3u);
}

TEST(Datagrams, MayBeEmpty) {
  UdpRun run;
  EXPECT_EQ(run.decode(in_ipv4(udp(1, 2, {}))), Drop::none);
  ASSERT_EQ(run.datagrams.size(), 1u);
  EXPECT_EQ(run.payload(), "");
}

TEST(Datagrams, TellHowMuchTheSnapLengthCutOff) {
  for (const Octets& packet : {in_ipv4(hello()), in_ipv6(hello())}) {
    const size_t headers = packet.size() - 5;
    for (size_t cut_off = 0; cut_off < packet.size(); ++cut_off) {
      UdpRun run;
      const Drop why = run.decode(packet, LinkType::raw, cut_off);
      if (cut_off <= 5) {
        ASSERT_EQ(run.datagrams.size(), 1u);
        EXPECT_EQ(run.payload(), std::string("hello").substr(0, 5 - cut_off));
        EXPECT_EQ(run.datagrams[0].datagram.missing, cut_off);
      } else {
        EXPECT_TRUE(run.datagrams.empty());
        const bool in_udp_header = packet.size() - cut_off >= headers - 8;
        EXPECT_EQ(why, in_udp_header ? Drop::truncated_udp : Drop::truncated_ip) << cut_off;
      }
    }
  }
}

TEST(Datagrams, AreNotTcpWhereNobodyWantsThem) {
  UdpRun run(false);
  EXPECT_EQ(run.decode(in_ipv4(hello())), Drop::not_tcp);
  EXPECT_EQ(run.decode(in_ipv4(hello_of_length(7))), Drop::not_tcp);
  EXPECT_EQ(run.decode(in_ipv4(hello()), LinkType::raw, 9), Drop::not_tcp);
  EXPECT_EQ(run.decode(in_ipv4({})), Drop::not_tcp);
}

TEST(Datagrams, AreNoneWhereTheProtocolIsAnother) {
  UdpRun run;
  Ipv4Params icmp;
  icmp.protocol = 1;
  EXPECT_EQ(run.decode(ipv4(icmp, hello())), Drop::not_tcp);
  icmp.protocol = 50;
  EXPECT_EQ(run.decode(ipv4(icmp, hello())), Drop::encrypted);
  EXPECT_TRUE(run.datagrams.empty());
}

TEST(Datagrams, OfTunnelsGiveWhatIsInsideAndNothingElse) {
  for (const Tunnel& tunnel : all_tunnels()) {
    UdpRun run;
    run.decode(tunnel.wrap(tcp_in_ipv4({}), false));
    EXPECT_EQ(run.segments, 1) << tunnel.name;
    EXPECT_TRUE(run.datagrams.empty()) << tunnel.name;
    run.decode(tunnel.wrap(in_ipv4(hello()), false));
    ASSERT_EQ(run.datagrams.size(), 1u) << tunnel.name;
    EXPECT_EQ(run.payload(), "hello") << tunnel.name;
    EXPECT_EQ(run.datagrams[0].path.rfind(tunnel.name + " ", 0), 0u) << run.datagrams[0].path;
    EXPECT_NE(run.datagrams[0].datagram.path_key, 0u);
  }
}

TEST(Datagrams, OnATunnelsPortThatAreNoTunnelAreTaken) {
  const Octets noise(40, 0xee);
  for (const unsigned number : {4789u, 8472u, 4790u, 6081u, 2152u, 1701u, 3544u, 6635u}) {
    const auto port = static_cast<uint16_t>(number);
    UdpRun run;
    EXPECT_EQ(run.decode(outer_udp(port, noise)), Drop::none) << port;
    ASSERT_EQ(run.datagrams.size(), 1u) << port;
    EXPECT_EQ(run.payload(), as_text(noise)) << port;
    EXPECT_EQ(run.datagrams[0].path, "") << port;
  }
}

TEST(Datagrams, AreTunnelsNoMoreWhereTheseStayShut) {
  UdpRun run(true, DecodeOptions{.open_tunnels = false});
  const Octets inside = vxlan(1, frame_around(tcp_in_ipv4({})));
  EXPECT_EQ(run.decode(outer_udp(4789, inside)), Drop::none);
  ASSERT_EQ(run.datagrams.size(), 1u);
  EXPECT_EQ(run.payload(), as_text(inside));
  EXPECT_EQ(run.segments, 0);
}

TEST(Datagrams, ArePutTogetherFromFragmentsWhetherOrNotTunnelsAreOpen) {
  Ipv4Params params;
  params.protocol = kUdp;
  const std::vector<Octets> pieces = ipv4_fragments(params, hello(), 8);
  for (const bool opens : {true, false}) {
    UdpRun run(true, DecodeOptions{.open_tunnels = opens});
    EXPECT_EQ(run.decode(pieces[1]), Drop::none) << "held";
    EXPECT_EQ(run.decode(pieces[0]), Drop::none);
    ASSERT_EQ(run.datagrams.size(), 1u);
    EXPECT_EQ(run.payload(), "hello");
  }
  UdpRun unwanted(false, DecodeOptions{.open_tunnels = false});
  EXPECT_EQ(unwanted.decode(pieces[0]), Drop::not_tcp) << "not held for nobody";
}

}  // namespace
}  // namespace tcpflow
