// Fragments that bring different octets for one place: what is told of them.
#include <gtest/gtest.h>

#include "decode/decode_test_support.h"

namespace tcpflow {
namespace {

using namespace test;

DecodeOptions with_policy(FragmentPolicy policy) {
  DecodeOptions options;
  options.fragment_policies.set_default(policy);
  return options;
}

struct Place {
  uint16_t offset = 0;
  bool more = false;
  uint8_t protocol = kProtocolTcp;
};

Drop feed(DecodeRun& run, const Place& place, const Octets& payload) {
  Ipv4Params params;
  params.fragment_offset = place.offset;
  params.more_fragments = place.more;
  params.protocol = place.protocol;
  Captured captured;
  captured.link = LinkType::raw;
  return run.decode(ipv4(params, payload), captured).why;
}

// A TCP header of 20 octets, and four of payload.
Octets head() { return tcp(tcp_with("abcd"), Ipv4Params().source, Ipv4Params().destination); }

std::string text_of(const std::array<uint8_t, kConflictBytesRecorded>& octets, size_t length) {
  return std::string(as_text(Bytes(octets).first(length)));
}

TEST(FragmentConflicts, AreToldWithBothCopiesAndTheirPackets) {
  for (const bool newer_wins : {false, true}) {
    DecodeRun run(with_policy(newer_wins ? FragmentPolicy::last : FragmentPolicy::first));
    feed(run, {24, true}, Octets{'o', 'o', 'o', 'o', 'o', 'o', 'o', 'o'});
    feed(run, {24, false}, Octets{'o', 'N', 'N', 'o', 'N', 'o', 'o', 'o'});
    feed(run, {0, true}, head());
    ASSERT_EQ(run.segments.size(), 1u);
    EXPECT_EQ(run.payload(), newer_wins ? "abcdoNNoNooo" : "abcdoooooooo");
    const FragmentConflicts& found = run.segments[0].conflicts;
    EXPECT_EQ(found.count, 1u);
    EXPECT_EQ(found.differing, 3u);
    ASSERT_EQ(found.noted.size(), 1u);
    const FragmentConflict& conflict = found.noted[0];
    EXPECT_EQ(conflict.offset, 25u);
    EXPECT_EQ(conflict.length, 4u);
    EXPECT_EQ(text_of(conflict.kept, 4), newer_wins ? "NNoN" : "oooo");
    EXPECT_EQ(text_of(conflict.other, 4), newer_wins ? "oooo" : "NNoN");
    EXPECT_EQ(conflict.kept_by.number, newer_wins ? 2u : 1u);
    EXPECT_EQ(conflict.other_by.number, newer_wins ? 1u : 2u);
  }
}

TEST(FragmentConflicts, AreToldOfWhatModernLinuxTakesForARepetition) {
  DecodeRun run(with_policy(FragmentPolicy::linux_modern));
  feed(run, {24, false}, Octets(16, 'o'));
  feed(run, {24, true}, Octets(8, 'N'));
  feed(run, {0, true}, head());
  ASSERT_EQ(run.segments.size(), 1u);
  EXPECT_EQ(run.segments[0].conflicts.differing, 8u);
}

TEST(FragmentConflicts, AreNoneWhereCopiesAreAlike) {
  DecodeRun run;
  feed(run, {24, true}, Octets(8, 'o'));
  feed(run, {24, false}, Octets(8, 'o'));
  feed(run, {0, true}, head());
  ASSERT_EQ(run.segments.size(), 1u);
  EXPECT_FALSE(run.segments[0].segment.conflicts.any());
}

TEST(FragmentConflicts, DoNotPassOnToTheNextSegment) {
  DecodeRun run;
  feed(run, {24, true}, Octets(8, 'o'));
  feed(run, {24, false}, Octets(8, 'N'));
  feed(run, {0, true}, head());
  run.decode(ipv4_with("next"), LinkType::raw);
  ASSERT_EQ(run.segments.size(), 2u);
  EXPECT_TRUE(run.segments[0].segment.conflicts.any());
  EXPECT_FALSE(run.segments[1].segment.conflicts.any());
}

TEST(FragmentConflicts, SayWhereThePayloadBegins) {
  DecodeRun run;
  feed(run, {24, false}, Octets(8, 'o'));
  feed(run, {24, true}, Octets(8, 'N'));
  feed(run, {0, true}, head());
  ASSERT_EQ(run.segments.size(), 1u);
  EXPECT_EQ(run.segments[0].segment.conflicts.payload_at, 20u);
}

// An inner packet in GRE whose outer packet came in fragments.
TEST(FragmentConflicts, OfATunnelsPacketAreToldToTheSegmentInIt) {
  constexpr uint8_t kGre = 47;
  Octets whole = {0, 0, 8, 0};
  put(whole, ipv4_with("0123456789abcdef"));  // 4 + 20 + 20 + 16
  DecodeRun run;
  feed(run, {56, false, kGre}, Octets(whole.begin() + 56, whole.end()));
  feed(run, {48, true, kGre}, Octets(8, 'N'));
  feed(run, {48, true, kGre}, Octets(whole.begin() + 48, whole.begin() + 56));
  feed(run, {0, true, kGre}, Octets(whole.begin(), whole.begin() + 48));
  ASSERT_EQ(run.segments.size(), 1u);
  EXPECT_EQ(run.payload(), "0123NNNNNNNNcdef");
  const SeenSegment& seen = run.segments[0];
  EXPECT_EQ(seen.segment.conflicts.payload_at, 44u);
  ASSERT_EQ(seen.conflicts.noted.size(), 1u);
  EXPECT_EQ(seen.conflicts.noted[0].offset, 48u);
}

TEST(FragmentConflicts, AreAllCountedAndAFewNoted) {
  constexpr uint16_t kUnits = 100;
  DecodeRun run;
  for (uint16_t i = 0; i < kUnits; ++i)
    feed(run, {static_cast<uint16_t>(24 + 8 * i), true}, Octets(8, 'o'));
  for (uint16_t i = 0; i < kUnits; ++i)
    feed(run, {static_cast<uint16_t>(24 + 8 * i), true}, Octets(8, 'N'));
  feed(run, {24 + 8 * kUnits, false}, Octets(8, '.'));
  feed(run, {0, true}, head());
  ASSERT_EQ(run.segments.size(), 1u);
  const FragmentConflicts& found = run.segments[0].conflicts;
  EXPECT_EQ(found.count, kUnits);
  EXPECT_EQ(found.differing, 8u * kUnits);
  EXPECT_EQ(found.noted.size(), FragmentConflicts::kMostNoted);
}

TEST(FragmentConflicts, KeepTheFirstOctetsOfLongCopies) {
  DecodeRun run;
  feed(run, {24, true}, Octets(400, 'o'));
  feed(run, {24, false}, Octets(400, 'N'));
  feed(run, {0, true}, head());
  ASSERT_EQ(run.segments.size(), 1u);
  ASSERT_EQ(run.segments[0].conflicts.noted.size(), 1u);
  const FragmentConflict& conflict = run.segments[0].conflicts.noted[0];
  EXPECT_EQ(conflict.length, 400u);
  EXPECT_EQ(conflict.recorded(), kConflictBytesRecorded);
  EXPECT_EQ(conflict.other,
            (std::array<uint8_t, kConflictBytesRecorded>{
                'N', 'N', 'N', 'N', 'N', 'N', 'N', 'N', 'N', 'N', 'N', 'N', 'N', 'N', 'N', 'N',
                'N', 'N', 'N', 'N', 'N', 'N', 'N', 'N', 'N', 'N', 'N', 'N', 'N', 'N', 'N', 'N'}));
}

}  // namespace
}  // namespace tcpflow
