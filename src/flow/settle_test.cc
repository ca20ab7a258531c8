// What halves hold is given up by packet time, whoever's packets bring it, and never by how the
// input is cut into reads.
#include "flow/flow_test_support.h"

namespace tcpflow {
namespace {

using namespace test;
using namespace tcp_flag;
using std::chrono::milliseconds;
using std::chrono::seconds;

Conversation on_port(uint16_t port, Timestamp start = at_ms(0)) {
  ConversationParams params;
  params.client_port = port;
  params.start = start;
  return Conversation(params);
}

// Another connection's packet, which shows what time it is.
Conversation at(Timestamp time) { return on_port(9, time).raw(Side::client, kAck, 1); }

// A connection that lacks its third byte, acknowledged, and closes.
Conversation closed_with_a_hole() {
  Conversation talk = on_port(1);
  talk.syn().client("ab").lose(Side::client, 1).client("de").fin();
  return talk;
}

TEST(Settle, ReleasesAStartWhenAnybodysPacketShowsThatItsTimeIsOver) {
  TableRun run;
  run.feed(on_port(1).client("start"));
  run.feed(at(at_ms(900)));
  EXPECT_GT(run.table.held_bytes(), 0u);
  run.feed(at(at_ms(1100)));
  EXPECT_EQ(run.table.held_bytes(), 0u);
  EXPECT_EQ(run.texts(), Texts{"start"});
  run.finish();
}

TEST(Settle, DoesNotDependOnWhenTheInputIsIdle) {
  const auto feed = [](TableRun& run, bool is_idle) {
    Conversation talk = on_port(1);
    talk.send_at(Side::client, 100, "second")
        .wait(milliseconds(500))
        .send_at(Side::client, 95, "first");
    for (const SegmentParams& segment : talk.segments()) {
      run.feed({segment});
      if (is_idle) run.tick(segment.time);
    }
    run.finish();
  };
  TableRun busy;
  TableRun idle;
  feed(busy, false);
  feed(idle, true);
  EXPECT_EQ(busy.texts(), Texts{"firstsecond"});
  EXPECT_EQ(idle.texts(), busy.texts());
}

TEST(Settle, GivesUpAnAcknowledgedGapWhenAnybodysPacketShowsThatItsTimeIsOver) {
  TableRun run;
  run.feed(on_port(1).syn().client("ab").lose(Side::client, 1).client("de").ack(Side::server));
  run.feed(at(at_ms(1500)));
  EXPECT_EQ(run.texts(), Texts{"ab"});
  run.feed(at(at_ms(2100)));
  EXPECT_EQ(run.texts(), Texts{"ab[1 not captured]de"});
  run.finish();
}

TEST(Settle, LetsAConnectionEndWhenItsLastGapIsGivenUp) {
  TableRun run;
  run.feed(closed_with_a_hole());
  run.feed(at(at_ms(1000)));
  EXPECT_EQ(run.table.open_flows(), 1u);
  run.feed(at(at_ms(2500)));  // the gap is given up, and the linger begins
  EXPECT_EQ(run.texts(), Texts{"ab[1 not captured]de"});
  EXPECT_TRUE(run.records.records.empty());
  run.feed(at(at_ms(5000)));
  ASSERT_EQ(run.records.records.size(), 1u);
  EXPECT_EQ(run.records.records[0].end, FlowEnd::closed);
  EXPECT_EQ(run.half(0).end, HalfEnd::fin_gap);
  run.finish();
}

TEST(Settle, LetsAConnectionEndThatALimitMadeGiveUpItsGap) {
  FlowOptions options;
  options.stream.held_total = 5000;
  TableRun run(options);
  run.feed(on_port(1).syn().client("ab").lose(Side::client, 1).client("de").fin(Side::client));
  run.feed(on_port(1).raw(Side::server, kFin | kAck, 1));
  Conversation other = on_port(2);
  other.syn().lose(Side::client, 1).client(std::string(4900, 'x'));
  run.feed(other);
  EXPECT_GE(run.table.counters().held_total_hits, 1u);
  run.feed(at(at_ms(3000)));
  ASSERT_GE(run.records.records.size(), 1u);
  EXPECT_EQ(run.records.records[0].end, FlowEnd::closed);
  run.finish();
}

// A gap behind the first is as old as that one; a new one is not.
TEST(Settle, LetsEveryGapWaitForItself) {
  TableRun run;
  Conversation talk = on_port(1);
  talk.syn().client("a").lose(Side::client, 1).client("c").ack(Side::server).wait(seconds(1));
  talk.raw(Side::client, kAck, 2, "b").lose(Side::client, 1).client("e").ack(Side::server);
  run.feed(talk);
  run.feed(at(at_ms(2500)));
  EXPECT_EQ(run.texts(), Texts{"abc"});
  run.feed(at(at_ms(3500)));
  EXPECT_EQ(run.texts(), Texts{"abc[1 not captured]e"});
  run.finish();
}

}  // namespace
}  // namespace tcpflow
