// Segments whose fragments disagreed, through the flow table.
#include <gtest/gtest.h>

#include "flow/flow_test_support.h"

namespace tcpflow {
namespace {

using namespace test;

// A conflict of two octets, "ok" and "no", so many octets from the start of what IP carries.
FragmentConflicts conflict_at(uint64_t offset) {
  FragmentConflicts found;
  FragmentConflict place;
  place.offset = offset;
  place.kept_by.number = 1001;
  place.other_by.number = 1002;
  found.compare(place, as_bytes("ok"), as_bytes("no"));
  return found;
}

constexpr uint64_t kHeader = 20;

// Feeds the segments; those with `text` came in fragments that disagreed.
void feed(TableRun& run, const Conversation& talk, const std::string& text,
          const FragmentConflicts& found) {
  for (const SegmentParams& params : talk.segments()) {
    Segment segment = run.store.make(params);
    const FragmentConflicts borrowed = found;  // gone with its batch
    if (params.tcp.payload == text) segment.conflicts = {&borrowed, kHeader};
    run.table.on_segment(segment);
  }
}

FlowOptions keeping_alternatives() {
  FlowOptions options;
  options.keep_alternatives = true;
  return options;
}

void expect_listed_at(const HalfRecord& half, uint64_t offset) {
  ASSERT_EQ(half.conflicts.size(), 1u);
  EXPECT_EQ(half.conflicts[0].offset, offset);
  EXPECT_EQ(half.conflicts[0].kept_packet, 1001u);
  EXPECT_EQ(half.conflicts[0].other_packet, 1002u);
  EXPECT_EQ(as_text(half.conflicts[0].kept), "ok");
  EXPECT_EQ(as_text(half.conflicts[0].other), "no");
}

TEST(FragmentConflict, IsListedWhereItLiesInTheStream) {
  TableRun run;
  feed(run, Conversation().syn().client("before").client("0123ok"), "0123ok",
       conflict_at(kHeader + 4));
  run.finish();
  EXPECT_EQ(run.half(0).conflict_count, 1u);
  EXPECT_EQ(run.half(0).conflict_bytes, 2u);
  EXPECT_EQ(run.suspects(0, Suspect::fragment_conflict), 1u);
  EXPECT_EQ(run.suspects(0, Suspect::conflict), 0u);
  expect_listed_at(run.half(0), 6 + 4);
  EXPECT_EQ(run.table.counters().conflict_bytes, 2u);
}

TEST(FragmentConflict, InAHeaderOnlyCounts) {
  TableRun run;
  feed(run, Conversation().syn().client("text"), "text", conflict_at(4));
  run.finish();
  EXPECT_EQ(run.half(0).conflict_count, 1u);
  EXPECT_TRUE(run.half(0).conflicts.empty());
  EXPECT_EQ(run.suspects(0, Suspect::fragment_conflict), 1u);
}

TEST(FragmentConflict, OfASynCounts) {
  TableRun run;
  feed(run, Conversation().syn(), "", conflict_at(4));
  run.finish();
  EXPECT_GE(run.suspects(0, Suspect::fragment_conflict), 1u);
}

TEST(FragmentConflict, OfAHeldStartFindsItsPlaceLater) {
  const std::string text = "0123ok";
  Conversation talk;
  talk.send_at(Side::client, 7, text).send_at(Side::client, 1, "before");
  TableRun run;
  feed(run, talk, text, conflict_at(kHeader + 4));
  run.finish();
  EXPECT_EQ(run.texts(), Texts{"before" + text});
  EXPECT_EQ(run.half(0).conflict_count, 1u);
  expect_listed_at(run.half(0), 6 + 4);
}

TEST(FragmentConflict, OfADoubtfulSynOutlivesItsBatch) {
  Conversation first;
  first.syn().client("first-conn");
  TableRun run;
  run.feed(first);
  feed(run, again(first, 900'000'000).syn().client("0123ok").fin(), "0123ok",
       conflict_at(kHeader + 4));
  run.finish();
  EXPECT_EQ(run.texts(), (Texts{"first-conn", "0123ok"}));
  expect_listed_at(run.half(1), 4);
}

TEST(FragmentConflict, IsToldToConsumersWithAlternatives) {
  for (const bool asked : {false, true}) {
    TableRun run(asked ? keeping_alternatives() : FlowOptions());
    feed(run, Conversation().syn().client("0123ok"), "0123ok", conflict_at(kHeader + 4));
    run.finish();
    ASSERT_EQ(run.files.flows.size(), 1u);
    const std::vector<ConflictRecord>& told = run.files.flows[0].halves[0].conflicts;
    ASSERT_EQ(told.size(), asked ? 1u : 0u);
    for (const ConflictRecord& each : told) EXPECT_EQ(each.offset, 4u);
  }
}

}  // namespace
}  // namespace tcpflow
