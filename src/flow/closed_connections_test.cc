#include "flow/closed_connections.h"

#include "flow/flow_test_support.h"

namespace tcpflow {
namespace {

using namespace test;
using namespace tcp_flag;

Conversation closed_talk(uint16_t port = 40000) {
  ConversationParams params;
  params.client_port = port;
  return Conversation(params).syn().client("request").server("reply").fin();
}

// The moment on the table's clock, whoever's packet it is.
void pass(TableRun& run, Duration time) { run.tick(at_ms(10) + time); }

TEST(ClosedConnections, GetTheirRecordSoonAfterTheClose) {
  TableRun run;
  run.feed(closed_talk());
  pass(run, std::chrono::seconds(1));
  EXPECT_TRUE(run.records.records.empty());  // a straggler may still belong to it
  pass(run, std::chrono::seconds(3));
  ASSERT_EQ(run.records.records.size(), 1u);
  EXPECT_EQ(run.records.records[0].end, FlowEnd::closed);
  EXPECT_EQ(run.table.open_flows(), 0u);
  run.finish();
}

TEST(ClosedConnections, AreKnownByTheirSequenceNumbersWhenSegmentsComeAgain) {
  TableRun run;
  Conversation talk = closed_talk();
  run.feed(talk);
  pass(run, std::chrono::seconds(30));
  talk.wait(std::chrono::seconds(40));
  const size_t before = talk.segments().size();
  talk.raw(Side::client, kAck, 1, "REQUEST").raw(Side::server, kAck | kFin, 1, "reply");
  auto late = talk.segments();
  late.erase(late.begin(), late.begin() + static_cast<ptrdiff_t>(before));
  run.feed(late).finish();
  EXPECT_EQ(run.texts(), (Texts{"request", "reply"}));
  EXPECT_EQ(run.table.counters().stragglers, 2u);
  EXPECT_EQ(run.unused, 2);
}

TEST(ClosedConnections, DoNotSwallowWhatIsNew) {
  TableRun run;
  Conversation talk = closed_talk();
  run.feed(talk);
  pass(run, std::chrono::seconds(30));
  ConversationParams params;
  params.client_isn = 900000;
  params.server_isn = 800000;
  params.start = at_ms(40000);
  run.feed(Conversation(params).syn().client("second").server("answer").fin());
  run.finish();
  EXPECT_EQ(run.texts(), (Texts{"request", "reply", "second", "answer"}));
  EXPECT_EQ(run.table.counters().stragglers, 0u);
}

TEST(ClosedConnections, AreForgottenByPacketsAndByAge) {
  FlowOptions options;
  options.flow.remember_packets = 2;
  ClosedConnections closed(options);
  const Duration remember = options.flow.remember;
  const auto key = [](uint16_t port) {
    FlowKey k;
    k.low_port = port;
    return k;
  };
  PriorConnection prior;
  prior.replaced = at_ms(0);
  prior.by_low_sender[1] = {true, 100, 50};
  for (uint16_t port = 1; port <= 5; ++port) closed.remember(key(port), {VlanIds()}, prior, port);
  EXPECT_EQ(closed.size(), 3u);
  Frame frame;
  frame.number = 6;
  Segment segment;
  segment.frame = &frame;
  segment.sequence = 120;
  EXPECT_FALSE(closed.covers(key(1), segment, true, at_ms(0)));
  EXPECT_FALSE(closed.covers(key(3), segment, true, at_ms(0))) << "3 packets ago";
  EXPECT_FALSE(closed.take(key(3), VlanIds(), {6, at_ms(0)}));
  EXPECT_TRUE(closed.covers(key(4), segment, true, at_ms(0)));
  EXPECT_TRUE(closed.covers(key(5), segment, true, at_ms(0)));
  EXPECT_FALSE(closed.covers(key(5), segment, true, at_ms(0) + remember * 2));
  prior.replaced = at_ms(0) + remember * 2;
  closed.remember(key(6), {VlanIds()}, prior, 6);
  EXPECT_EQ(closed.size(), 1u);
}

VlanIds on(uint16_t id) {
  VlanIds vlans;
  vlans.add(id);
  return vlans;
}

TEST(ClosedConnections, AreForgottenForLaterOnesOnOneOfTheirVlansOnly) {
  ClosedConnections closed{FlowOptions()};
  const FlowKey key;
  PriorConnection prior;
  prior.replaced = at_ms(0);
  prior.by_low_sender[1] = {true, 100, 50};
  closed.remember(key, {on(1), on(2), on(2)}, prior, 1);
  closed.remember(key, {on(3), on(4)}, prior, 2);
  EXPECT_EQ(closed.size(), 2u);
  closed.remember(key, {on(2), on(5)}, prior, 3);
  EXPECT_EQ(closed.size(), 2u);
  const auto knows = [&](uint16_t id) {
    Frame frame;
    Segment segment;
    segment.frame = &frame;
    segment.sequence = 120;
    segment.link.vlans = on(id);
    return closed.covers(key, segment, true, at_ms(0));
  };
  EXPECT_FALSE(knows(1));
  for (const uint16_t id : {uint16_t{2}, uint16_t{3}, uint16_t{4}, uint16_t{5}}) {
    EXPECT_TRUE(knows(id)) << id;
  }
  EXPECT_TRUE(closed.take(key, on(4), {4, at_ms(0)}));
  EXPECT_FALSE(knows(3));
  EXPECT_FALSE(closed.take(key, on(3), {4, at_ms(0)}));
  EXPECT_EQ(closed.size(), 1u);
}

}  // namespace
}  // namespace tcpflow
