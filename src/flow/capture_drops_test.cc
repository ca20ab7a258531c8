#include "flow/capture_drops.h"

#include <vector>

#include "flow/flow_test_support.h"

namespace tcpflow {
namespace {

using namespace test;

TEST(CaptureDrops, AreKnownByThePacketsAroundThem) {
  CaptureDrops drops;
  EXPECT_FALSE(drops.any_between(0, UINT64_MAX));
  for (const uint64_t packet : std::vector<uint64_t>{10, 11, 12, 20}) drops.note(packet, 1);
  EXPECT_FALSE(drops.any_between(1, 9));
  EXPECT_TRUE(drops.any_between(9, 10));
  EXPECT_TRUE(drops.any_between(11, 12));
  EXPECT_FALSE(drops.any_between(12, 19));
  EXPECT_TRUE(drops.any_between(12, 20));
  EXPECT_FALSE(drops.any_between(20, 30));
}

TEST(CaptureDrops, MayBeKnownOnlyLater) {
  CaptureDrops drops;
  for (const uint64_t packet : std::vector<uint64_t>{10, 20, 30}) drops.note(packet, 1);
  drops.note(40, 25);  // somewhere from 15 to 40
  EXPECT_TRUE(drops.any_between(9, 10));
  EXPECT_FALSE(drops.any_between(10, 15));
  EXPECT_TRUE(drops.any_between(15, 16));
  EXPECT_TRUE(drops.any_between(34, 35));
  EXPECT_FALSE(drops.any_between(40, 99));
  drops.note(3, 1000);
  EXPECT_TRUE(drops.any_between(0, 1)) << "there is none before the first";
}

TEST(CaptureDrops, KeepTheLatestOnly) {
  CaptureDrops drops;
  for (uint64_t i = 1; i <= 100 * CaptureDrops::kKept; ++i) drops.note(2 * i, 1);
  const uint64_t last = 200 * CaptureDrops::kKept;
  const uint64_t known = last - 2 * CaptureDrops::kKept + 2;
  EXPECT_TRUE(drops.any_between(last - 1, last));
  EXPECT_TRUE(drops.any_between(known - 1, known));
  EXPECT_FALSE(drops.any_between(1, 10)) << "forgotten";
}

// The last of "before", one byte that is missing, "behind": why it is, if the capture says that it
// lost packets right before the packet `place`.
GapReason reason_of_gap(uint64_t place) {
  TableRun run;
  Conversation talk;
  talk.syn().client("before").lose(Side::client, 1).server("other").client("behind");
  uint64_t number = 0;
  for (const SegmentParams& params : talk.server("later").segments()) {
    if (++number == place) run.table.note_loss(number, 1);
    run.feed({params});
  }
  return run.finish().half(0).gaps.at(0).why;
}

TEST(CaptureDrops, ExplainAGapIfTheyCameInIt) {
  // SYN, SYN and ACK, ACK, "before", "other", "behind", "later".
  EXPECT_EQ(reason_of_gap(4), GapReason::not_captured) << "before the last byte";
  EXPECT_EQ(reason_of_gap(5), GapReason::capture_drop);
  EXPECT_EQ(reason_of_gap(6), GapReason::capture_drop);
  EXPECT_EQ(reason_of_gap(7), GapReason::not_captured) << "behind it";
  EXPECT_EQ(reason_of_gap(99), GapReason::not_captured);
}

}  // namespace
}  // namespace tcpflow
