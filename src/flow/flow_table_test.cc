#include <algorithm>
#include <random>

#include "flow/flow_test_support.h"

namespace tcpflow {
namespace {

using namespace test;
using namespace tcp_flag;

TEST(FlowTable, GivesBothHalvesOfAConnectionAndOneRecord) {
  TableRun run;
  run.feed(Conversation().syn().client("request").server("reply").fin().segments()).finish();
  EXPECT_EQ(run.texts(), (Texts{"request", "reply"}));
  ASSERT_EQ(run.records.records.size(), 1u);
  EXPECT_EQ(run.records.records[0].end, FlowEnd::closed);
  EXPECT_EQ(run.half(0).end, HalfEnd::fin);
  EXPECT_EQ(run.half(0).info.role, Role::client);
  EXPECT_EQ(run.half(0, Direction::responder).info.role, Role::server);
  EXPECT_EQ(run.half(0, Direction::responder).info.flow_number, 1u);
  EXPECT_EQ(run.table.counters().streams_complete, 2u);
}

TEST(FlowTable, HandlesSequenceWrapAndSynWithData) {
  ConversationParams params;
  params.client_isn = 0xfffffff0;
  Conversation talk(params);
  talk.raw(Side::client, kSyn, 0, "early-").raw(Side::server, kSyn | kAck, 0);
  talk.raw(Side::client, kAck | kPsh, 7, "0123456789abcdef").raw(Side::client, kAck | kFin, 23);
  TableRun run;
  run.feed(talk.segments()).finish();
  EXPECT_EQ(run.texts(), (Texts{"early-0123456789abcdef"}));
  EXPECT_EQ(run.half(0).end, HalfEnd::fin);
  EXPECT_EQ(run.half(0).violations, 1u);
}

TEST(FlowTable, TakesAFinForAPositionNotAnEvent) {
  Conversation talk;
  talk.syn().raw(Side::client, kAck, 1, "part1-").raw(Side::client, kFin | kAck, 13);
  talk.raw(Side::client, kAck, 7, "part2-");
  TableRun run;
  run.feed(talk.segments()).finish();
  EXPECT_EQ(run.texts(), (Texts{"part1-part2-"}));
  EXPECT_EQ(run.half(0).end, HalfEnd::fin);
}

TEST(FlowTable, FindsTheStartOfAMidStreamHalfThatBeganReordered) {
  Conversation talk;
  talk.raw(Side::client, kAck, 101, "CCCC").raw(Side::client, kAck, 93, "AAAA");
  talk.raw(Side::client, kAck, 97, "BBBB").raw(Side::client, kAck, 105, "DDDD");
  TableRun run;
  run.feed(talk.segments()).finish();
  EXPECT_EQ(run.texts(), (Texts{"AAAABBBBCCCCDDDD"}));
  EXPECT_EQ(run.half(0).out_of_order, 1u);
}

TEST(FlowTable, LetsGoOfAHeldStartAtEachOfItsLimits) {
  Conversation by_count;
  for (uint32_t i = 0; i < 33; ++i) by_count.raw(Side::client, kAck, 1 + i, "x");
  Conversation by_bytes;
  by_bytes.raw(Side::client, kAck, 1, std::string(40000, 'a'));
  by_bytes.raw(Side::client, kAck, 40001, std::string(40000, 'b'));
  Conversation by_time;
  by_time.raw(Side::client, kAck, 1, "a").wait(std::chrono::seconds(1));
  by_time.raw(Side::client, kAck, 2, "b");
  for (const Conversation& talk : {by_count, by_bytes, by_time}) {
    TableRun run;
    run.feed(talk.segments());
    ASSERT_EQ(run.files.flows.size(), 1u);
    EXPECT_FALSE(run.files.flows[0].originator().empty());
    run.finish();
  }
}

TEST(FlowTable, KeepsDataThatCameBeforeItsSyn) {
  Conversation talk;
  talk.raw(Side::client, kAck, 1, "DAT1").raw(Side::client, kSyn, 0);
  talk.raw(Side::client, kAck, 5, "DATA2").raw(Side::client, kAck, 10, "DATA3");
  TableRun run;
  run.feed(talk.segments()).finish();
  EXPECT_EQ(run.texts(), (Texts{"DAT1DATA2DATA3"}));
}

TEST(FlowTable, ClosesAHalfOnlyOnAResetAtTheExactSequence) {
  Conversation talk;
  talk.syn().client("before").raw(Side::client, kRst, 500).client("-after").rst(Side::client);
  TableRun run;
  run.feed(talk.segments()).finish();
  EXPECT_EQ(run.texts(), (Texts{"before-after"}));
  EXPECT_EQ(run.half(0).end, HalfEnd::reset);
  EXPECT_EQ(run.suspects(0, Suspect::reset_in_window), 1u);
}

TEST(FlowTable, RecordsDataAfterAFinOrResetOnTheSameFlowAndCountsIt) {
  TableRun fin;
  Conversation talk;
  talk.syn().client("one").fin(Side::client);
  fin.feed(talk.raw(Side::client, kAck, 4, "two").segments()).finish();
  EXPECT_EQ(fin.texts(), (Texts{"onetwo"}));
  EXPECT_EQ(fin.suspects(0, Suspect::data_after_fin), 1u);
  TableRun reset;
  Conversation cut;
  cut.syn().client("one").rst(Side::client).raw(Side::client, kAck, 4, "two");
  reset.feed(cut.segments()).finish();
  EXPECT_EQ(reset.texts(), (Texts{"onetwo"}));
  EXPECT_EQ(reset.suspects(0, Suspect::data_after_reset), 1u);
}

TEST(FlowTable, StartsANewFlowForASynAfterClose) {
  Conversation first;
  first.syn().client("first").server("1").fin();
  Conversation second = again(first, 900000);
  second.syn().client("second").server("2").fin();
  TableRun run;
  run.feed(first.segments() + second.segments()).finish();
  EXPECT_EQ(run.texts(), (Texts{"first", "1", "second", "2"}));
  EXPECT_EQ(run.records.records.size(), 2u);
}

TEST(FlowTable, SplitsReuseWithoutCloseWhenTheNewSynIsProven) {
  for (const uint32_t isn : {2000u, 900'000'000u}) {
    Conversation first;
    first.syn().client("first-conn");
    Conversation second = again(first, isn);
    second.syn().client("second-conn").fin();
    TableRun run;
    run.feed(first.segments() + second.segments()).finish();
    EXPECT_EQ(run.texts(), (Texts{"first-conn", "second-conn"})) << isn;
    EXPECT_EQ(run.records.records[0].end, FlowEnd::reused);
  }
}

TEST(FlowTable, SplitsReuseWithoutCloseWhenOnlyTheClientIsSeen) {
  Conversation first;
  first.raw(Side::client, kSyn, 0).raw(Side::client, kAck, 1, "first-conn");
  Conversation second = again(first, 2000);
  second.raw(Side::client, kSyn, 0).raw(Side::client, kAck, 1, "second-conn");
  TableRun run;
  run.feed(first.segments() + second.segments()).finish();
  EXPECT_EQ(run.texts(), (Texts{"first-conn", "second-conn"}));
}

TEST(FlowTable, IgnoresASynWithAnotherIsnWhileTheOldBytesStillFlow) {
  Conversation talk;
  talk.syn().client("one-").raw(Side::client, kSyn, 77777).client("two");
  TableRun run;
  run.feed(talk.segments()).finish();
  EXPECT_EQ(run.texts(), (Texts{"one-two"}));
  EXPECT_EQ(run.suspects(0, Suspect::syn_repeated), 1u);
  EXPECT_EQ(run.unused, 1);
}

TEST(FlowTable, FollowsTheAnswerToASynThatItsSenderAcknowledges) {
  Conversation talk;
  talk.raw(Side::client, kSyn, 0).raw(Side::server, kSyn | kAck, 70000);
  talk.last().tcp.acknowledgement = 1001;
  talk.raw(Side::server, kSyn | kAck, 0);
  talk.last().tcp.acknowledgement = 1001;
  talk.raw(Side::client, kAck | kPsh, 1, "request");
  talk.last().tcp.acknowledgement = 5001;
  talk.raw(Side::server, kSyn | kAck, 70000);
  talk.last().tcp.acknowledgement = 1001;
  talk.raw(Side::server, kAck | kPsh, 1, "reply");
  TableRun run;
  run.feed(talk.segments()).finish();
  EXPECT_EQ(run.texts(), (Texts{"request", "reply"}));
  EXPECT_EQ(run.records.records.size(), 1u);
}

TEST(FlowTable, KnowsStragglersOfAReplacedConnection) {
  Conversation first;
  first.syn().client("first").server("reply-one").fin();
  Conversation second = again(first, 900000);
  second.raw(Side::client, kSyn, 0);
  std::vector<SegmentParams> late = {first.segments()[4]};  // the server's data again
  late[0].number = 0;
  Conversation rest = again(first, 900000);
  rest.syn().client("second").server("reply-two").fin();
  TableRun run;
  run.feed(first.segments() + second.segments() + late + rest.segments()).finish();
  EXPECT_EQ(run.texts(), (Texts{"first", "reply-one", "second", "reply-two"}));
  EXPECT_EQ(run.table.counters().stragglers, 1u);
}

TEST(FlowTable, IgnoresRetransmissionsAfterTheClose) {
  Conversation talk;
  talk.syn().client("request-one").fin();
  talk.raw(Side::client, kAck, 1, "request-one").raw(Side::client, kAck, 1, "REQUEST-ONE");
  TableRun run;
  run.feed(talk.segments()).finish();
  EXPECT_EQ(run.texts(), (Texts{"request-one"}));
  EXPECT_EQ(run.half(0).repeated_bytes, 22u);
}

TEST(FlowTable, SplitsAHalfThatJumpsPastTheLimitAndLeavesTheOtherHalfWhole) {
  FlowOptions options;
  options.max_jump = 9;
  Conversation talk;
  talk.syn().client("0123456789").server("one-").raw(Side::client, kAck, 21, "ABCDEFGHIJ");
  talk.server("two");
  TableRun run(options);
  run.feed(talk.segments()).finish();
  EXPECT_EQ(run.texts(), (Texts{"0123456789", "one-two", "ABCDEFGHIJ"}));
  options.max_jump = 10;
  TableRun wider(options);
  wider.feed(talk.segments()).finish();
  EXPECT_EQ(wider.texts(), (Texts{"0123456789[10 not captured]ABCDEFGHIJ", "one-two"}));
}

TEST(FlowTable, SplitsBothHalvesWhenBothJump) {
  FlowOptions options;
  options.max_jump = 100;
  Conversation talk;
  talk.syn().client("c1").server("s1");
  talk.raw(Side::client, kAck, 5001, "c2").raw(Side::server, kAck, 5001, "s2");
  talk.raw(Side::client, kAck, 9001, "c3").raw(Side::server, kAck, 5003, "s3");
  TableRun run(options);
  run.feed(talk.segments()).finish();
  EXPECT_EQ(run.texts(), (Texts{"c1", "s1", "c2", "s2s3", "c3"}));
}

TEST(FlowTable, EndsIdleFlowsByTheClockOfThePacketsBetween) {
  FlowOptions options;
  options.tcp_timeout = 10;
  Conversation idle;
  idle.syn().client("early").wait(std::chrono::seconds(100)).client("after-idle");
  TableRun alone(options);
  alone.feed(idle.segments()).finish();
  EXPECT_EQ(alone.texts(), (Texts{"earlyafter-idle"}));  // nothing told that time went by
  TableRun run(options);
  run.feed(Conversation(idle).segments());
  TableRun ticked(options);
  auto segments = idle.segments();
  const SegmentParams last = segments.back();
  segments.pop_back();
  ticked.feed(segments);
  ticked.tick(test::at_ms(50'000));
  ticked.feed({last}).finish();
  EXPECT_EQ(ticked.texts(), (Texts{"early", "after-idle"}));
  EXPECT_EQ(ticked.records.records[0].end, FlowEnd::timeout);
}

TEST(FlowTable, IsNotMisledByAClockThatGoesBack) {
  FlowOptions options;
  options.tcp_timeout = 5;
  Conversation talk;
  talk.syn().client("one-");
  TableRun run(options);
  run.feed(talk.segments());
  run.tick(test::at_ms(-100'000));
  run.feed(talk.client("two").segments()).finish();
  EXPECT_EQ(run.files.flows.size(), 1u);
}

TEST(FlowTable, GivesUpAGapOnceTheReceiverIsPastItForAWhile) {
  Conversation talk;
  talk.syn().client("aa").lose(Side::client, 3).client("bb").ack(Side::server);
  TableRun run;
  run.feed(talk.segments());
  EXPECT_EQ(run.files.flows[0].originator(), "aa");  // a mirror may still bring it
  talk.wait(std::chrono::seconds(3));
  TableRun later;
  later.feed(talk.ack(Side::server).segments());
  EXPECT_EQ(later.files.flows[0].half(Direction::originator).marked, "aa[3 not captured]bb");
  run.finish();
  later.finish();
  EXPECT_EQ(later.half(0).gap_bytes, 3u);
}

TEST(FlowTable, GivesUpAGapAfterEnoughBytesAndAtTheHeldLimit) {
  FlowOptions options;
  options.stream.gap_bytes = 100;
  Conversation acked;
  acked.syn().client("a").lose(Side::client, 3).client("b").ack(Side::server);
  acked.client(std::string(100, 'c')).ack(Side::server);
  TableRun by_bytes(options);
  by_bytes.feed(acked.segments());
  EXPECT_EQ(by_bytes.files.flows[0].half(Direction::originator).gaps.size(), 1u);
  by_bytes.finish();
  options.stream.held_per_half = 1000;
  Conversation silent;
  silent.syn().client("a").lose(Side::client, 3);
  for (int i = 0; i < 10; ++i) silent.client(std::string(100, 'c'));
  TableRun by_limit(options);
  by_limit.feed(silent.segments());
  EXPECT_EQ(by_limit.files.flows[0].half(Direction::originator).gaps.size(), 1u);
  EXPECT_EQ(by_limit.finish().half(0).gaps[0].why, GapReason::limit);
}

TEST(FlowTable, ReportsTheTailThatIsMissingBeforeTheFin) {
  Conversation talk;
  talk.syn().client("aa").lose(Side::client, 5).fin(Side::client);
  TableRun run;
  run.feed(talk.segments()).finish();
  EXPECT_EQ(run.texts(), (Texts{"aa[5 not captured]"}));
  EXPECT_EQ(run.half(0).end, HalfEnd::fin_gap);
}

TEST(FlowTable, IgnoresKeepAlivesAndDataBeforeTheIsn) {
  Conversation talk;
  talk.syn().client("hello").raw(Side::client, kAck, 5, std::string(1, '\0'));
  talk.raw(Side::client, kAck, static_cast<uint32_t>(-50), "old").client("world");
  TableRun run;
  run.feed(talk.segments()).finish();
  EXPECT_EQ(run.texts(), (Texts{"helloworld"}));
  EXPECT_EQ(run.half(0).out_of_order, 0u);
  EXPECT_EQ(run.half(0).violations, 1u);
}

TEST(FlowTable, MakesNoFlowOfAcknowledgementsAlone) {
  Conversation talk;
  talk.raw(Side::client, kAck, 50).raw(Side::server, kAck, 60).raw(Side::client, kFin | kAck, 50);
  TableRun run;
  run.feed(talk.segments()).finish();
  EXPECT_TRUE(run.records.records.empty());
  EXPECT_EQ(run.table.counters().packets, 0u);
}

TEST(FlowTable, FollowsOnlyKnownFlowsWhenToldTo) {
  Conversation talk;
  talk.syn().client("known-");
  TableRun run;
  run.feed(talk.segments());
  run.table.set_opens_flows(false);
  ConversationParams other;
  other.client_port = 50000;
  run.feed(Conversation(other).syn().client("unknown").segments());
  const auto all = talk.client("too").segments();
  run.feed({all.back()}).finish();
  EXPECT_EQ(run.texts(), (Texts{"known-too"}));
}

TEST(FlowTable, LetsClosedFlowsGoAfterSoManyPackets) {
  std::vector<SegmentParams> all;
  for (uint16_t i = 0; i < 10; ++i) {
    ConversationParams params;
    params.client_port = static_cast<uint16_t>(40000 + i);
    all = all + Conversation(params).syn().client("x").fin().segments();
  }
  for (size_t i = 0; i < all.size(); ++i) all[i].number = i + 1;
  FlowOptions options;
  options.flow.linger_packets = 3 * all.size() / 10;
  TableRun run(options);
  run.feed(all);
  EXPECT_EQ(run.records.records.size(), 7u);
  EXPECT_EQ(run.table.open_flows(), 3u);
  run.finish();
}

TEST(FlowTable, KeepsManyFlowsApart) {
  TableRun run;
  std::vector<SegmentParams> all;
  for (uint16_t i = 0; i < 3000; ++i) {
    ConversationParams params;
    params.client_port = static_cast<uint16_t>(10000 + i);
    const auto part = Conversation(params).syn().client("flow " + std::to_string(i)).segments();
    all.insert(all.end(), part.begin(), part.end());
  }
  std::stable_sort(all.begin(), all.end(),
                   [](const auto& a, const auto& b) { return a.time < b.time; });
  run.feed(all).finish();
  ASSERT_EQ(run.records.records.size(), 3000u);
  for (size_t i = 0; i < 3000; ++i) {
    EXPECT_EQ(run.files.flows[i].originator(), "flow " + std::to_string(i));
  }
}

// Design rule 7: nothing depends on where the hash put a flow.
TEST(FlowTable, GivesTheSameRecordsInTheSameOrderForEverySeedOfTheHash) {
  std::vector<SegmentParams> all;
  for (uint16_t i = 0; i < 200; ++i) {
    ConversationParams params;
    params.client_port = static_cast<uint16_t>(10000 + i);
    Conversation talk(params);
    talk.syn().client("flow " + std::to_string(i));
    if (i % 3 == 0) talk.fin();
    if (i % 3 == 1) talk.lose(Side::client, 5).client("held");
    all = all + talk.segments();
  }
  for (size_t i = 0; i < all.size(); ++i) all[i].number = i + 1;
  std::vector<std::vector<uint64_t>> orders;
  for (const uint64_t seed : {uint64_t{1}, uint64_t{2}, uint64_t{3}}) {
    FlowOptions options;
    options.hash_seed = seed;
    options.flow.linger_packets = 100;
    options.stream.held_total = 4000;
    TableRun run(options);
    run.feed(all).finish();
    std::vector<uint64_t>& order = orders.emplace_back();
    for (const FlowRecord& record : run.records.records) {
      order.push_back(record.info.id);
      order.push_back(record.half(Direction::originator).gap_count);
    }
  }
  EXPECT_EQ(orders[0].size(), 400u);
  EXPECT_EQ(orders[0], orders[1]);
  EXPECT_EQ(orders[0], orders[2]);
}

TEST(FlowTable, GivesTheSameStreamForEveryOrderOfItsSegments) {
  Conversation talk;
  talk.syn();
  std::string text;
  for (int i = 0; i < 12; ++i) {
    text += std::string(3, static_cast<char>('a' + i));
    talk.client(std::string(3, static_cast<char>('a' + i)));
  }
  talk.fin();
  std::mt19937 random(99);
  for (int round = 0; round < 500; ++round) {
    auto segments = talk.segments();
    std::shuffle(segments.begin() + 3, segments.end(), random);
    TableRun run;
    run.feed(segments).finish();
    ASSERT_EQ(run.texts(), (Texts{text})) << "round " << round;
    ASSERT_EQ(run.records.records.size(), 1u);
  }
}

// Its captured part lies before the first byte, and what the snap length cut off reaches over it.
TEST(FlowTable, PlacesWhatWasCutOffASegmentThatBeginsBeforeTheStream) {
  for (const uint32_t before : {6u, 10u}) {
    Conversation talk;
    talk.syn().send_at(Side::client, uint32_t{1} - before, "before");
    talk.send_at(Side::client, 5, "behind");
    std::vector<SegmentParams> segments = talk.segments();
    SegmentParams& cut = segments[segments.size() - 2];
    cut.missing = before + 4 - 6;  // up to "behind"
    TableRun run;
    run.feed(segments);
    ASSERT_EQ(run.files.flows.size(), 1u);
    EXPECT_EQ(run.files.flows[0].halves[0].marked, "[4 snap length]behind") << "at once";
    run.finish();
  }
}

}  // namespace
}  // namespace tcpflow
