#include "capture/filter.h"

#include <gtest/gtest.h>

#include "capture/capture_file.h"
#include "capture/dlt.h"
#include "capture/memory_stream.h"
#include "capture/test_captures.h"

namespace tcpflow {
namespace {

using namespace testing;

std::string ip_packet(uint16_t port) {
  ByteWriter out(true);
  out.u8(0x45).u8(0).u16(40).u32(0).u8(64).u8(6).u16(0).u32(0x0a010203).u32(0x0a010204);
  out.u16(port).u16(4000).u32(1).u32(1).u16(0x5010).u16(1000).u32(0);
  return out.str();
}
std::string ethernet(const std::string& packet) {
  return ByteWriter(true).u32(1).u32(2).u32(3).u16(0x0800).text(packet).str();
}

Frame frame_of(const std::string& bytes, LinkType link) {
  Frame frame;
  frame.bytes = as_bytes(bytes);
  frame.original_length = static_cast<uint32_t>(bytes.size());
  frame.link = link;
  return frame;
}

bool matches(Filter& filter, const std::string& bytes, LinkType link) {
  return filter.matches(frame_of(bytes, link));
}

TEST(Filter, IsCompiledForEachLinkType) {
  Result<Filter> filter = Filter::compile("tcp port 80");
  ASSERT_TRUE(filter);
  EXPECT_TRUE(matches(*filter, ethernet(ip_packet(80)), LinkType::ethernet));
  EXPECT_FALSE(matches(*filter, ethernet(ip_packet(81)), LinkType::ethernet));
  for (const LinkType raw : {LinkType::raw, LinkType::raw_12, LinkType::raw_14, LinkType::ipv4}) {
    EXPECT_TRUE(matches(*filter, ip_packet(80), raw));
    EXPECT_FALSE(matches(*filter, ip_packet(81), raw));
  }
  EXPECT_FALSE(matches(*filter, ip_packet(80), LinkType::ethernet));
}

TEST(Filter, SeesOnlyWhatWasCapturedButTheWholeLength) {
  Result<Filter> filter = Filter::compile("greater 1000");
  const std::string bytes = ethernet(ip_packet(80));
  Frame frame = frame_of(bytes, LinkType::ethernet);
  EXPECT_FALSE(filter->matches(frame));
  frame.original_length = 1000;
  EXPECT_TRUE(filter->matches(frame));
  EXPECT_FALSE(matches(*Filter::compile("tcp"), "", LinkType::ethernet));
}

TEST(Filter, SaysWhatIsWrongWithAnExpression) {
  const Result<Filter> filter = Filter::compile("tcp porrt 80");
  ASSERT_FALSE(filter);
  EXPECT_EQ(filter.error().message, "can't parse filter expression: syntax error");
  const Result<Filter> port = Filter::compile("port 99999");
  ASSERT_FALSE(port);
  EXPECT_TRUE(port.error().message.starts_with("can't parse filter expression: illegal port"));
}

TEST(Filter, TakesExpressionsThatSuitOtherLinksThanEthernet) {
  EXPECT_TRUE(Filter::compile("wlan type data"));
  EXPECT_TRUE(Filter::compile("ether host 01:02:03:04:05:06"));
  EXPECT_TRUE(Filter::compile(""));
}

constexpr LinkType kLinkTypeNobodyKnows{9999};

TEST(Filter, RunsOnTheIpPacketWhereTheCompilerRefusesTheLinkType) {
  Result<Filter> filter = Filter::compile("src port 80");
  const std::string bytes = "12345678" + ip_packet(80);
  EXPECT_FALSE(matches(*filter, bytes, kLinkTypeNobodyKnows));
  filter->locate_ip_with([](const Frame& frame) { return frame.bytes.subspan(8); });
  EXPECT_TRUE(matches(*filter, bytes, kLinkTypeNobodyKnows));
  EXPECT_FALSE(matches(*filter, "12345678" + ip_packet(81), kLinkTypeNobodyKnows));
  EXPECT_FALSE(filter->refusal(kLinkTypeNobodyKnows));
}

Collected filtered(const std::string& file, const std::string& text) {
  Result<Filter> filter = Filter::compile(text);
  FilteredSource source(
      std::make_unique<CaptureFile>(std::make_unique<MemoryStream>(as_bytes(file))), *filter);
  return read_all(source);
}

TEST(FilteredSource, KeepsMatchingFramesUnderTheirOwnNumbers) {
  std::string file = pcap_header();
  for (const uint16_t port : std::vector<uint16_t>{1, 80, 2, 80}) {
    file += pcap_record({.bytes = ethernet(ip_packet(port))});
  }
  const Collected all = filtered(file, "port 80");
  ASSERT_EQ(all.frames.size(), 2u);
  EXPECT_EQ(all.frames[0].number, 2u);
  EXPECT_EQ(all.frames[1].number, 4u);
  EXPECT_EQ(all.message(), "");
}

TEST(FilteredSource, HasReadAlsoWhatItLeftOut) {
  const std::string file = pcap_header() + pcap_record({.bytes = ethernet(ip_packet(1))});
  Result<Filter> filter = Filter::compile("port 80");
  FilteredSource source(
      std::make_unique<CaptureFile>(std::make_unique<MemoryStream>(as_bytes(file))), *filter);
  EXPECT_TRUE(read_all(source).frames.empty());
  EXPECT_EQ(source.position().read, file.size());
  EXPECT_EQ(source.position().size, file.size());
}

TEST(FilteredSource, CarriesOnWhatALeftOutFrameSaysOfLostPackets) {
  const PcapngWriter w;
  const std::string lost = w.option(4, w.writer().u64(1).str());
  std::string file = w.section() + w.interface(101);
  file += w.enhanced(0, 0, ip_packet(80)) + w.enhanced(0, 0, ip_packet(81), lost);
  file += w.enhanced(0, 0, ip_packet(82)) + w.enhanced(0, 0, ip_packet(80));
  const Collected all = filtered(file + w.enhanced(0, 0, ip_packet(80)), "port 80");
  ASSERT_EQ(all.frames.size(), 3u) << all.message();
  EXPECT_EQ(all.frames[0].lost_within, 0u);
  EXPECT_EQ(all.frames[1].lost_within, 3u) << "behind the first, before the fourth";
  EXPECT_EQ(all.frames[2].lost_within, 0u);
}

TEST(FilteredSource, KeepsMatchingFramesBeforeDamageAndTheError) {
  const std::string file = pcap_header() + pcap_record({.bytes = ethernet(ip_packet(80))}) + "cut";
  const Collected all = filtered(file, "port 80");
  EXPECT_EQ(all.frames.size(), 1u);
  EXPECT_NE(all.message().find("truncated dump file"), std::string::npos);
}

TEST(FilteredSource, LeavesOutLinkTypesThatCannotMatchAndSaysSoAtTheEnd) {
  const PcapngWriter w;
  const std::string ether = std::string("\0\0\0\0\0\1", 6) + std::string(54, 'x');
  const std::string file = w.section() + w.interface(1) + w.interface(101) +
                           w.enhanced(1, 0, ip_packet(80)) + w.enhanced(0, 0, ether);
  const Collected all = filtered(file, "ether dst 00:00:00:00:00:01");
  ASSERT_EQ(all.frames.size(), 1u);
  EXPECT_EQ(all.frames[0].number, 2u);
  EXPECT_TRUE(all.message().starts_with(
      "memory: can't apply the filter to packets of link type 101, which were left out: "))
      << all.message();
}

TEST(Dlt, MapsLinkTypesOfFilesToThoseOfLibpcapAndBack) {
  EXPECT_EQ(dlt_of(LinkType::raw), 12);
  EXPECT_EQ(dlt_of(LinkType::raw_14), 12);
  EXPECT_EQ(dlt_of(LinkType::ethernet), 1);
  EXPECT_EQ(link_type_of_dlt(12), LinkType::raw);
  for (const LinkType link : {LinkType::ethernet, LinkType::raw, LinkType::ppp_serial,
                              LinkType::c_hdlc, LinkType::loop, LinkType::linux_sll2}) {
    EXPECT_EQ(link_type_of_dlt(dlt_of(link)), link);
  }
}

}  // namespace
}  // namespace tcpflow
