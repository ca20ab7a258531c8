#include "decode/checksum_judge.h"

#include <gtest/gtest.h>

#include "decode/decode_test_support.h"
#include "wire/checksum.h"

namespace tcpflow {
namespace {

using namespace test;

const PacketSender kHost{0, ip("10.1.2.3"), false};
constexpr uint32_t kShort = 100;
constexpr uint32_t kLong = 9000;

TEST(ChecksumJudge, JudgesASenderWhoseChecksumsWereRight) {
  ChecksumJudge judge({});
  EXPECT_TRUE(judge.accepts_segment(kHost, SumState::right, kShort, true));
  EXPECT_FALSE(judge.accepts_segment(kHost, SumState::wrong, kShort, true));
}

TEST(ChecksumJudge, LeavesASenderAloneThatHasItsCardFillThemIn) {
  ChecksumJudge judge({});
  for (int i = 0; i < 1000; ++i) {
    EXPECT_TRUE(judge.accepts_segment(kHost, SumState::wrong, kShort, true));
    // What it sends beside its connections goes other ways, and is right.
    EXPECT_TRUE(judge.accepts_segment(kHost, SumState::right, 20, false));
  }
}

TEST(ChecksumJudge, LosesLittleToOneThatIsRightByChance) {
  ChecksumJudge judge({});
  judge.accepts_segment(kHost, SumState::right, kShort, true);
  int refused = 0;
  for (int i = 0; i < 1000; ++i) {
    refused += judge.accepts_segment(kHost, SumState::wrong, kShort, true) ? 0 : 1;
  }
  EXPECT_EQ(refused, 8);
}

TEST(ChecksumJudge, GoesOnJudgingWhileMostAreRight) {
  ChecksumJudge judge({});
  for (int i = 0; i < 100; ++i) {
    judge.accepts_segment(kHost, SumState::right, kShort, true);
    EXPECT_FALSE(judge.accepts_segment(kHost, SumState::wrong, kShort, true));
  }
}

// A kernel that merged segments leaves the sum of the pseudo header, whatever their sender does.
TEST(ChecksumJudge, NeverRefusesAnUnfinishedSum) {
  ChecksumJudge judge({});
  judge.accepts_segment(kHost, SumState::right, kShort, true);
  EXPECT_TRUE(judge.accepts_segment(kHost, SumState::unfinished, kShort, true));
}

TEST(ChecksumJudge, NeverRefusesAHeaderWhoseSumIsNotFilledIn) {
  ChecksumJudge judge({});
  judge.accepts_header(kHost, SumState::right, kShort);
  for (int i = 0; i < 100; ++i) {
    EXPECT_TRUE(judge.accepts_header(kHost, SumState::unfinished, kShort));
  }
  EXPECT_FALSE(judge.accepts_header(kHost, SumState::wrong, kShort)) << "those do not count";
}

TEST(ChecksumJudge, KnowsThatLongSegmentsAreCutUpOnTheirWay) {
  ChecksumJudge judge({});
  judge.accepts_segment(kHost, SumState::right, kShort, true);
  EXPECT_TRUE(judge.accepts_segment(kHost, SumState::wrong, kLong, true));
  judge.accepts_segment(kHost, SumState::right, kLong, true);  // its wire takes them
  EXPECT_FALSE(judge.accepts_segment(kHost, SumState::wrong, kLong, true));
  judge.accepts_header(kHost, SumState::right, kShort);
  EXPECT_TRUE(judge.accepts_header(kHost, SumState::wrong, kLong));
  EXPECT_FALSE(judge.accepts_header(kHost, SumState::wrong, kShort));
}

TEST(ChecksumJudge, KeepsInterfacesHostsAndWhatAHostTellsItselfApart) {
  ChecksumJudge judge({});
  judge.accepts_segment(kHost, SumState::right, kShort, true);
  judge.accepts_header(kHost, SumState::right, kShort);
  for (const PacketSender& other :
       {PacketSender{1, kHost.address, false}, PacketSender{0, ip("10.1.2.4"), false},
        PacketSender{0, kHost.address, true}}) {
    EXPECT_TRUE(judge.accepts_segment(other, SumState::wrong, kShort, true));
    EXPECT_TRUE(judge.accepts_header(other, SumState::wrong, kShort));
  }
  EXPECT_FALSE(judge.accepts_segment(kHost, SumState::wrong, kShort, true));
  EXPECT_FALSE(judge.accepts_header(kHost, SumState::wrong, kShort));
}

TEST(ChecksumJudge, ForgetsWhoWasNotHeardOfForLongest) {
  ChecksumJudge judge({2});
  const PacketSender second{0, ip("10.0.0.2"), false};
  const PacketSender third{0, ip("10.0.0.3"), false};
  judge.accepts_segment(kHost, SumState::right, kShort, true);
  judge.accepts_segment(second, SumState::right, kShort, true);
  judge.accepts_segment(kHost, SumState::right, kShort, true);
  judge.accepts_segment(third, SumState::right, kShort, true);
  EXPECT_EQ(judge.forgotten(), 1u);
  EXPECT_FALSE(judge.accepts_segment(kHost, SumState::wrong, kShort, true));
  EXPECT_TRUE(judge.accepts_segment(second, SumState::wrong, kShort, true));
}

// What the decoder makes of it.
DecodeOptions checking() {
  DecodeOptions options;
  options.check_sums = options.reads_options = true;
  return options;
}
Octets good(std::string text) { return ethernet(kTypeIpv4, ipv4_with(std::move(text))); }
Octets with_sum(std::string text, uint16_t sum) {
  TcpParams params = tcp_with(std::move(text));
  params.checksum = sum;
  return ethernet(kTypeIpv4, tcp_in_ipv4(params));
}

TEST(DecoderSums, TellsADamagedSegmentOfAHostThatFillsThemIn) {
  DecodeRun run(checking());
  run.decode(good("good"));
  EXPECT_FALSE(run.segments.back().segment.bad_checksum);
  run.decode(with_sum("evil", 0xbad));
  EXPECT_TRUE(run.segments.back().segment.bad_checksum);
  run.start_input();
  run.decode(with_sum("evil", 0xbad));
  EXPECT_FALSE(run.segments.back().segment.bad_checksum);
}

TEST(DecoderSums, AreNotLookedAtUnlessAsked) {
  DecodeRun run;
  run.decode(good("good"));
  run.decode(with_sum("evil", 0xbad));
  EXPECT_FALSE(run.segments.back().segment.bad_checksum);
  EXPECT_FALSE(run.segments.back().segment.has_options);
}

TEST(DecoderSums, WorkOverIpv6) {
  DecodeRun run(checking());
  TcpParams evil = tcp_with("evil");
  evil.checksum = 0xbad;
  run.decode(ethernet(kTypeIpv6, ipv6_with("good")));
  run.decode(ethernet(kTypeIpv6, tcp_in_ipv6(evil)));
  EXPECT_FALSE(run.segments.front().segment.bad_checksum);
  EXPECT_TRUE(run.segments.back().segment.bad_checksum);
  // With a routing header it covers another destination.
  Ipv6Params routed;
  routed.extensions.push_back({43, {0, 0, 0, 0, 0, 0}});
  run.decode(ethernet(kTypeIpv6, tcp_in_ipv6(evil, routed)));
  EXPECT_FALSE(run.segments.back().segment.bad_checksum);
}

TEST(DecoderSums, KnowTheSumThatACardWasToFinish) {
  DecodeRun run(checking());
  run.decode(good("good"));
  const Ipv4Params outer;
  for (const uint32_t length : {24u, 0u}) {
    const uint16_t sum = pseudo_header_sum(outer.source, outer.destination, kProtocolTcp, length);
    run.decode(with_sum("data", sum));
    EXPECT_FALSE(run.segments.back().segment.bad_checksum);
  }
}

TEST(DecoderSums, OfSegmentsThatAreCutOrWithoutALengthAreUnknown) {
  DecodeRun run(checking());
  run.decode(good("good"));
  const Octets evil = with_sum("evil", 0xbad);
  Captured cut;
  cut.original_length = static_cast<uint32_t>(evil.size());
  run.decode(Bytes(evil).first(evil.size() - 2), cut);
  EXPECT_FALSE(run.segments.back().segment.bad_checksum);
  TcpParams params = tcp_with("evil");
  params.checksum = 0xbad;
  Ipv4Params offloaded;
  offloaded.total_length = 0;
  run.decode(ethernet(kTypeIpv4, tcp_in_ipv4(params, offloaded)));
  EXPECT_FALSE(run.segments.back().segment.bad_checksum);
}

TEST(DecoderSums, DropPacketsWithADamagedIpHeader) {
  DecodeRun run(checking());
  Ipv4Params damaged;
  damaged.checksum = 0x1234;
  const Octets evil = ethernet(kTypeIpv4, tcp_in_ipv4(tcp_with("evil"), damaged));
  EXPECT_EQ(run.decode(evil).why, Drop::none);  // nothing known yet
  run.decode(good("good"));
  EXPECT_EQ(run.decode(good("good")).why, Drop::none);
  EXPECT_EQ(run.decode(evil).why, Drop::bad_ip_checksum);
  EXPECT_EQ(run.drops(Drop::bad_ip_checksum), 1u);
}

TEST(DecoderSums, TakeAnIpHeaderWithoutASumOnLoopbackOnly) {
  for (const char* source : {"127.0.0.1", "10.1.2.3"}) {
    DecodeRun run(checking());
    Ipv4Params params;
    params.source = ip(source);
    run.decode(ethernet(kTypeIpv4, tcp_in_ipv4(tcp_with("good"), params)));
    params.checksum = 0;
    const Drop why = run.decode(ethernet(kTypeIpv4, tcp_in_ipv4(tcp_with("data"), params))).why;
    const bool is_loopback = params.source == ip("127.0.0.1");
    EXPECT_EQ(why, is_loopback ? Drop::none : Drop::bad_ip_checksum) << source;
  }
}

TEST(DecoderSums, DropAFragmentWithADamagedIpHeader) {
  DecodeRun run(checking());
  Ipv4Params outer;
  const Octets segment = tcp(tcp_with("0123456789abcdef"), outer.source, outer.destination);
  const std::vector<Octets> pieces = ipv4_fragments(outer, segment, 24);
  Ipv4Params forged = outer;
  forged.fragment_offset = 24;
  forged.checksum = 0x1234;
  run.decode(good("good"));
  run.decode(ethernet(kTypeIpv4, pieces[0]));
  EXPECT_EQ(run.decode(ethernet(kTypeIpv4, ipv4(forged, as_bytes("forged 12345")))).why,
            Drop::bad_ip_checksum);
  run.decode(ethernet(kTypeIpv4, pieces[1]));
  EXPECT_EQ(run.payload(), "0123456789abcdef");
}

TEST(DecoderSums, ComeWithTheOptions) {
  DecodeRun run(checking());
  TcpParams params = tcp_with("text");
  params.options = {1, 1, 8, 10, 0, 0, 0, 5, 0, 0, 0, 6};
  const Octets frame = ethernet(kTypeIpv4, tcp_in_ipv4(params));
  run.decode(frame);
  EXPECT_TRUE(run.segments.back().segment.has_options);
  EXPECT_EQ(run.segments.back().segment.options.timestamp, 5u);
  Captured cut;
  cut.original_length = static_cast<uint32_t>(frame.size());
  run.decode(Bytes(frame).first(14 + 20 + 22), cut);
  EXPECT_FALSE(run.segments.back().segment.has_options);
}

}  // namespace
}  // namespace tcpflow
