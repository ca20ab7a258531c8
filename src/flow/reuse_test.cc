// Connections that follow one another on the same addresses and ports (docs: "Resets and repeated
// SYNs").
#include "flow/flow_test_support.h"

namespace tcpflow {
namespace {

using namespace test;
using namespace tcp_flag;

SegmentParams acknowledging(SegmentParams segment, uint32_t number) {
  segment.tcp.acknowledgement = number;
  return segment;
}

TEST(Reuse, KeepsTheBytesOfAPromotedSynUntilTheBatchEnds) {
  Conversation first;
  first.syn().client("first");
  Conversation second = again(first, 900'000);
  second.raw(Side::client, kSyn, 0, "early-").raw(Side::client, kAck, 7, "late");
  TableRun run;
  run.feed(first).feed(second).finish();
  EXPECT_EQ(run.texts(), (Texts{"first", "early-late"}));
}

TEST(Reuse, OnlyEndsTheOldFlowWhileOnlyKnownFlowsAreFollowed) {
  Conversation first;
  first.syn().client("first-").server("reply-");
  Conversation second = again(first, 900'000);
  second.syn().client("never").server("seen").fin();
  TableRun run;
  run.feed(first);
  run.table.set_opens_flows(false);
  run.feed(second).feed({first.client("on").segments().back()}).finish();
  EXPECT_EQ(run.texts(), (Texts{"first-", "reply-"}));
  EXPECT_EQ(run.records.records.size(), 1u);
}

TEST(Reuse, IsNoneAfterACloseWhileOnlyKnownFlowsAreFollowed) {
  Conversation first;
  first.syn().client("first").server("reply").fin();
  Conversation second = again(first, 900'000);
  second.syn().client("never").server("seen").fin();
  TableRun run;
  run.feed(first);
  run.table.set_opens_flows(false);
  run.feed(second).finish();
  EXPECT_EQ(run.texts(), (Texts{"first", "reply"}));
  EXPECT_EQ(run.records.records.size(), 1u);
}

// The -R file may hold what was before the -r file.
TEST(Reuse, IsNotSeenInAnEarlierPartOfTheConnectionWhileOnlyKnownFlowsAreFollowed) {
  Conversation talk;
  talk.syn().client("request").server("one-").server("two");
  const auto all = talk.segments();
  TableRun run;
  run.feed({all[5]});
  run.table.set_opens_flows(false);
  run.feed({all.begin(), all.begin() + 5}).finish();
  EXPECT_EQ(run.texts(), (Texts{"one-two"}));
}

TEST(Reuse, IsNotSeenInASecondAnswerToTheSameSyn) {
  Conversation talk;
  talk.syn().client("request").server("reply").fin();
  talk.raw(Side::server, kSyn | kAck, 70'000);
  talk.last().tcp.acknowledgement = 1001;
  TableRun run;
  run.feed(talk).finish();
  EXPECT_EQ(run.texts(), (Texts{"request", "reply"}));
  EXPECT_EQ(run.records.records.size(), 1u);
  EXPECT_EQ(run.suspects(0, Suspect::syn_repeated, Direction::responder), 1u);
}

// Some systems send the same SYN again after a refusal.
TEST(Reuse, TakesASynSentAgainAfterARefusalForANewTry) {
  Conversation talk;
  talk.raw(Side::client, kSyn, 0).raw(Side::server, kRst | kAck, 0);
  talk.last().tcp.sequence = 0;
  talk.last().tcp.acknowledgement = 1001;
  talk.syn().client("request").server("reply").fin();
  TableRun run;
  run.feed(talk).finish();
  EXPECT_EQ(run.texts(), (Texts{"request", "reply"}));
  EXPECT_EQ(run.half(0, Direction::responder).end, HalfEnd::fin);
  EXPECT_EQ(run.suspects(0, Suspect::data_after_reset, Direction::responder), 0u);
}

TEST(Reuse, OfAPortRefusedIsARecordForEachSyn) {
  TableRun run;
  for (uint32_t attempt = 0; attempt < 3; ++attempt) {
    ConversationParams params;
    params.client_isn = 1000 + 50'000 * attempt;
    Conversation talk(params);
    talk.raw(Side::client, kSyn, 0).raw(Side::server, kRst | kAck, 0);
    talk.last().tcp.sequence = 0;
    talk.last().tcp.acknowledgement = params.client_isn + 1;
    run.feed(talk);
  }
  run.finish();
  EXPECT_EQ(run.records.records.size(), 3u);
  EXPECT_EQ(run.records.records[0].end, FlowEnd::closed);
}

TEST(Reuse, IsNotBelievedOfALoneSynInAFlowThatBeganInMidStream) {
  Conversation talk;
  talk.client("one-").raw(Side::client, kSyn, 900'000).client("two");
  TableRun run;
  run.feed(talk).finish();
  EXPECT_EQ(run.texts(), (Texts{"one-two"}));
  EXPECT_EQ(run.suspects(0, Suspect::syn_repeated), 1u);
}

TEST(Reuse, OfAFlowThatBeganInMidStreamIsProvenByTheAnswer) {
  Conversation first;
  first.client("first").server("reply");
  Conversation second = again(first, 900'000);
  second.syn().client("second").fin();
  TableRun run;
  run.feed(first).feed(second).finish();
  EXPECT_EQ(run.texts(), (Texts{"first", "reply", "second"}));
}

TEST(Reuse, DoesNotTakeANewHalfForStragglersWhereItsSequenceNumbersMeetTheOldOnes) {
  Conversation first;
  first.syn().client("first").server(std::string(50'000, 's')).fin();
  Conversation second = again(first, 900'000, 25'000);  // the server's new ISN lies in its old data
  second.raw(Side::client, kSyn, 0);                    // the capture does not hold the answer
  second.raw(Side::client, kAck, 1, "request");
  SegmentParams reply = second.raw(Side::server, kAck, 1, "new reply").last();
  second = again(first, 900'000, 25'000);
  second.raw(Side::client, kSyn, 0).raw(Side::client, kAck, 1, "request");
  TableRun run;
  run.feed(first).feed(second).feed({acknowledging(reply, 900'008)}).finish();
  EXPECT_EQ(run.texts(), (Texts{"first", std::string(50'000, 's'), "request", "new reply"}));
  EXPECT_EQ(run.table.counters().stragglers, 0u);
}

TEST(Reuse, ForgetsTheOldConnectionsStragglersInTime) {
  Conversation first;
  first.syn().client("first").server("reply").fin();
  Conversation second = again(first, 900'000);
  second.raw(Side::client, kSyn, 0).wait(std::chrono::seconds(121));
  SegmentParams late = first.segments()[4];
  late.number = 0;
  late.time = second.ack(Side::client).last().time;
  TableRun run;
  run.feed(first).feed(second).feed({late}).finish();
  EXPECT_EQ(run.table.counters().stragglers, 0u);
  EXPECT_EQ(run.texts(), (Texts{"first", "reply", "reply"}));
}

TEST(Reuse, KnowsStragglersOfAConnectionOfMoreThanTwoGigabytes) {
  FlowOptions options;
  Conversation first;
  first.syn();
  constexpr uint32_t kStep = 16'000'000;
  for (uint32_t i = 0; i < 160; ++i) first.raw(Side::server, kAck, 1 + i * kStep, "x");
  first.rst(Side::client);
  SegmentParams late = first.segments()[first.segments().size() - 2];
  late.number = 0;
  Conversation second = again(first, 900'000, 3'000'000'000);
  second.syn().server("new");
  TableRun run(options);
  run.feed(first).feed(second).feed({late}).finish();
  EXPECT_EQ(run.table.counters().stragglers, 1u);
}

}  // namespace
}  // namespace tcpflow
