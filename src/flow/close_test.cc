// How halves and flows come to their ends (design rule 2).
#include <algorithm>

#include "flow/flow_test_support.h"

namespace tcpflow {
namespace {

using namespace test;
using namespace tcp_flag;

TEST(Close, ListsALongTailThatIsMissingBeforeTheFin) {
  Conversation talk;
  talk.syn().client("aa").lose(Side::client, 5'000'000).fin(Side::client);
  TableRun run;
  run.feed(talk).finish();
  EXPECT_EQ(run.texts(), (Texts{"aa[5000000 not captured]"}));
  EXPECT_EQ(run.half(0).end, HalfEnd::fin_gap);
  EXPECT_EQ(run.table.counters().streams_complete, 0u);
}

TEST(Close, DoesNotBelieveAFinFarFromTheStream) {
  Conversation talk;
  talk.syn().client("aa").raw(Side::client, kFin | kAck, 900'000'000).client("bb").fin();
  TableRun run;
  run.feed(talk).finish();
  EXPECT_EQ(run.texts(), (Texts{"aabb"}));
  EXPECT_EQ(run.half(0).end, HalfEnd::fin);
  EXPECT_EQ(run.suspects(0, Suspect::fin_moved), 1u);
}

TEST(Close, IsNotBegunByAFinThatIsNotBelieved) {
  Conversation talk;
  talk.syn().client("aa").raw(Side::client, kFin | kAck, 900'000'000);
  talk.raw(Side::client, kSyn, 77'777).client("bb");
  TableRun run;
  run.feed(talk).finish();
  EXPECT_EQ(run.texts(), (Texts{"aabb"}));
  EXPECT_EQ(run.half(0).end, HalfEnd::open);
}

TEST(Close, IsForetoldOnceWhenAllBeforeTheFinHasCome) {
  Conversation talk;
  talk.syn().client("aa").fin(Side::client).raw(Side::client, kFin | kAck, 3);
  talk.server("bb").ack(Side::client).fin(Side::server);
  TableRun run;
  run.feed(talk).finish();
  const MemoryFlow& flow = run.files.flows.at(0);
  EXPECT_EQ(std::count(flow.calls.begin(), flow.calls.end(), "complete 0"), 1);
  EXPECT_EQ(std::count(flow.calls.begin(), flow.calls.end(), "complete 1"), 1);
}

TEST(Close, IsNotForetoldWhileBytesAreMissing) {
  Conversation talk;
  talk.syn().client("aa").lose(Side::client, 10).client("bb").fin(Side::client);
  TableRun run;
  run.feed(talk).finish();
  EXPECT_FALSE(run.files.flows.at(0).half(Direction::originator).complete);
}

TEST(Close, NeedsNoBytesOfTheSideThatOnlyAcknowledges) {
  Conversation talk;
  talk.client("data").ack(Side::server).fin();
  TableRun run;
  run.feed(talk).finish();
  EXPECT_EQ(run.records.records.at(0).end, FlowEnd::closed);
}

TEST(Close, TellsACompleteHalfFromOneWithoutAnEnd) {
  Conversation talk;
  talk.syn().client("one").fin(Side::client).server("two");
  TableRun run;
  run.feed(talk).finish();
  EXPECT_EQ(run.half(0).end, HalfEnd::fin);
  EXPECT_EQ(run.half(0, Direction::responder).end, HalfEnd::open);
  EXPECT_EQ(run.records.records[0].end, FlowEnd::capture_end);
}

TEST(Close, OfAConnectionToItselfNeedsOneFin) {
  ConversationParams params;
  params.server = params.client;
  params.server_port = params.client_port;
  Conversation talk(params);
  talk.raw(Side::client, kSyn, 0).raw(Side::client, kSyn | kAck, 0).client("echo");
  talk.fin(Side::client);
  TableRun run;
  run.feed(talk).finish();
  EXPECT_EQ(run.texts(), (Texts{"echo"}));
  EXPECT_EQ(run.records.records.at(0).end, FlowEnd::closed);
}

TEST(Close, IsTakenBackWhenTheConnectionIsTriedAgain) {
  FlowOptions options;
  options.flow.linger = std::chrono::seconds(10);
  Conversation talk;
  talk.raw(Side::client, kSyn, 0).raw(Side::server, kRst | kAck, 0);
  talk.last().tcp.sequence = 0;
  talk.last().tcp.acknowledgement = 1001;
  talk.syn().wait(std::chrono::seconds(30)).client("slow").fin();
  TableRun run(options);
  run.feed(talk).finish();
  EXPECT_EQ(run.texts(), (Texts{"slow"}));
  EXPECT_EQ(run.half(0).info.role, Role::client);
  EXPECT_EQ(run.records.records.size(), 1u);
}

TEST(Close, SurvivesTimesAtBothEndsOfTheRange) {
  FlowOptions options;
  options.tcp_timeout = 5;
  options.time_shift = std::chrono::seconds(1'000'000'000);
  std::vector<SegmentParams> segments =
      Conversation().client("aa").segments() + Conversation().syn().client("a").fin().segments();
  for (size_t i = 0; i < segments.size(); ++i) {
    segments[i].time = (i % 2 != 0) ? Timestamp::max() : Timestamp::min();
  }
  TableRun run(options);
  run.feed(segments);
  run.tick(Timestamp::max());
  run.tick(Timestamp::max());
  run.finish();
}

TEST(Close, BeginsNoStreamWithTheTextOfAReset) {
  TableRun run;
  Conversation talk;
  talk.syn().server("greeting").rst(Side::client);
  talk.last().tcp.payload = "why it was reset";
  run.feed(talk).finish();
  EXPECT_EQ(run.texts(), Texts{"greeting"});
  EXPECT_EQ(run.half(0).end, HalfEnd::reset);
  EXPECT_EQ(run.suspects(0, Suspect::data_on_reset), 1u);
  EXPECT_EQ(run.unused, 1);
}

TEST(Close, TakesThePayloadOfAResetThatFollowsData) {
  TableRun run;
  Conversation talk;
  talk.syn().client("request").rst(Side::client);
  talk.last().tcp.payload = " and more";
  run.feed(talk).finish();
  EXPECT_EQ(run.texts(), Texts{"request and more"});
  EXPECT_EQ(run.suspects(0, Suspect::data_on_reset), 1u);
  EXPECT_EQ(run.unused, 0);
}

TEST(Close, OpensNoFlowWithTheTextOfAReset) {
  TableRun run;
  run.feed(Conversation().raw(Side::client, kRst | kAck, 1, "no such service")).finish();
  EXPECT_TRUE(run.records.records.empty());
  EXPECT_EQ(run.unused, 1);
}

// Far from the stream, it cuts no half either.
TEST(Close, TakesNoJumpWithTheTextOfAReset) {
  TableRun run;
  Conversation talk;
  talk.syn()
      .client("request")
      .raw(Side::client, kRst | kAck, 500'000'000, "text")
      .client(" goes on");
  run.feed(talk).finish();
  EXPECT_EQ(run.texts(), Texts{"request goes on"});
  EXPECT_EQ(run.table.counters().connections, 1u);
}

}  // namespace
}  // namespace tcpflow
