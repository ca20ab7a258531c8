// Halves that jump past -m: each starts anew in a flow of its own, while the other half stays.
#include "flow/flow_test_support.h"

namespace tcpflow {
namespace {

using namespace test;
using namespace tcp_flag;

FlowOptions jumping_past(int64_t limit) {
  FlowOptions options;
  options.max_jump = limit;
  return options;
}

TEST(Jump, GoesBothWays) {
  Conversation talk;
  talk.syn().client("start").raw(Side::client, kAck, 50'000, "far");
  talk.raw(Side::client, kAck, 20, "back");
  TableRun run(jumping_past(1000));
  run.feed(talk).finish();
  EXPECT_EQ(run.texts(), (Texts{"start", "far", "back"}));
}

TEST(Jump, LeavesTheOtherHalfAliveUntilItEndsItself) {
  FlowOptions options = jumping_past(1000);
  options.flow.linger = std::chrono::seconds(10);
  Conversation talk;
  talk.syn().client("c1").server("s1-").raw(Side::client, kAck, 50'000, "c2");
  talk.raw(Side::client, kAck | kFin, 50'002).wait(std::chrono::seconds(30));
  talk.server("s2-").wait(std::chrono::seconds(30)).server("s3");
  TableRun run(options);
  run.feed(talk).finish();
  EXPECT_EQ(run.texts(), (Texts{"c1", "s1-s2-s3", "c2"}));
}

TEST(Jump, LetsBothFlowsTimeOutTogetherAndOnlyTogether) {
  FlowOptions options = jumping_past(1000);
  options.tcp_timeout = 10;
  Conversation talk;
  talk.syn().client("c1").server("s1").raw(Side::client, kAck, 50'000, "c2");
  for (int i = 2; i < 6; ++i) {
    talk.wait(std::chrono::seconds(8)).server("s" + std::to_string(i));
  }
  TableRun run(options);
  run.feed(talk);
  EXPECT_EQ(run.records.records.size(), 0u);
  run.tick(talk.now() + std::chrono::seconds(12));
  ASSERT_EQ(run.records.records.size(), 2u);
  EXPECT_EQ(run.records.records[0].end, FlowEnd::timeout);
  run.finish();
  EXPECT_EQ(run.texts(), (Texts{"c1", "s1s2s3s4s5", "c2"}));
}

TEST(Jump, EndsBothFlowsOnceBothTheirLastHalvesAreClosed) {
  FlowOptions options = jumping_past(1000);
  options.flow.linger = std::chrono::seconds(10);
  Conversation talk;
  talk.syn().client("c1").server("s1").raw(Side::client, kAck, 50'000, "c2");
  talk.raw(Side::client, kAck | kFin, 50'002).fin(Side::server);
  TableRun run(options);
  run.feed(talk);
  run.tick(talk.now() + std::chrono::seconds(11));
  EXPECT_EQ(run.table.open_flows(), 0u);
  run.finish();
}

TEST(Jump, LetsTheOtherHalfAcknowledgeWhatTheNewFlowHolds) {
  Conversation talk;
  talk.syn().client("c1").server("s1").raw(Side::client, kAck, 50'000, "c2");
  talk.raw(Side::client, kAck, 50'010, "c3").server("s2");
  talk.last().tcp.acknowledgement = 1000 + 50'012;
  talk.wait(std::chrono::seconds(3)).raw(Side::client, kAck, 50'012, "c4");
  talk.wait(std::chrono::seconds(3)).raw(Side::client, kAck, 50'014, "c5");
  TableRun run(jumping_past(1000));
  run.feed(talk);
  ASSERT_EQ(run.files.flows.size(), 2u);
  EXPECT_EQ(run.files.flows[1].originator(), std::string("c2") + std::string(8, '\0') + "c3c4c5");
  run.finish();
}

TEST(Jump, IsNotFollowedWhileOnlyKnownFlowsAre) {
  Conversation talk;
  talk.syn().client("start-").server("reply");
  TableRun run(jumping_past(1000));
  run.feed(talk);
  run.table.set_opens_flows(false);
  Conversation more = talk;
  more.raw(Side::client, kAck, 50'000, "far").client("on");
  const auto all = more.segments();
  run.feed({all.end()[-2], all.back()}).finish();
  EXPECT_EQ(run.texts(), (Texts{"start-on", "reply"}));
  EXPECT_EQ(run.records.records.size(), 1u);
}

TEST(Jump, OfEverySegmentLeavesNoMoreThanTwoFlowsOpen) {
  Conversation talk;
  talk.syn().server("s");
  for (uint32_t i = 1; i < 2000; ++i) talk.raw(Side::client, kAck, i * 50'000, "x");
  TableRun run(jumping_past(1000));
  run.feed(talk);
  EXPECT_LE(run.table.open_flows(), 2u);
  run.finish();
}

}  // namespace
}  // namespace tcpflow
