// --strict: what an acknowledgement brings back of segments that were left out, and what it does
// not.
#include "flow/strict_test_support.h"

namespace tcpflow {
namespace {

using namespace test;
using namespace tcp_flag;

struct StrictRun : TableRun {
  StrictRun() : TableRun(strict_options()) {}
  explicit StrictRun(const FlowOptions& options) : TableRun(options) {}
  // Of both halves together.
  uint64_t doubted(Suspect why) const {
    return suspects(0, why) + suspects(0, why, Direction::responder);
  }
};

// Both SYNs and the ACK, with timestamps from 10 on.
Conversation stamped_start() {
  Conversation talk;
  talk.raw(Side::client, kSyn, 0);
  talk.last().tcp.options = timestamp(10);
  talk.raw(Side::server, kSyn | kAck, 0);
  talk.last().tcp.acknowledgement = 1001;
  talk.last().tcp.options = timestamp(50);
  return talk;
}
// Of the client, at an offset; acknowledges the server's SYN.
void say(Conversation& talk, uint32_t at, std::string_view text, uint32_t stamp) {
  talk.raw(Side::client, kPsh | kAck, at, text);
  talk.last().tcp.acknowledgement = 5001;
  if (stamp != 0) talk.last().tcp.options = timestamp(stamp);
}
// The server has the client's octets before this offset.
void hear(Conversation& talk, uint32_t offset, uint16_t window = 8192) {
  talk.raw(Side::server, kAck, 1);
  talk.last().tcp.acknowledgement = 1000 + offset;
  talk.last().tcp.window = window;
}

// ---- acknowledgements of what the capture lacks ------------------------------------------------
TEST(StrictAck, KeepsTwoAnswersToARequestThatIsNotInTheCapture) {
  Conversation talk;
  talk.syn().lose(Side::client, 10);
  for (const uint32_t at : {11u, 1u}) {
    talk.raw(Side::server, kPsh | kAck, at, at == 1 ? "first....." : "second....");
    talk.last().tcp.acknowledgement = 1011;
  }
  StrictRun run;
  run.feed(talk).finish();
  EXPECT_EQ(run.texts(), Texts{"first.....second...."});
  EXPECT_EQ(run.doubted(Suspect::ack_of_unsent), 0u);
}

// Each acknowledges less than the one before it, and all of them more than was captured.
TEST(StrictAck, KeepsSeveralOfAHalf) {
  Conversation talk;
  talk.syn();
  std::string all;
  for (uint32_t i = 0; i < 7; ++i) {
    talk.raw(Side::server, kPsh | kAck, 1 + 2 * i, "ab");
    talk.last().tcp.acknowledgement = 1101 - i;
    all += "ab";
  }
  StrictRun run;
  run.feed(talk).finish();
  EXPECT_EQ(run.texts(), Texts{all});
}

TEST(StrictAck, IsNotConfirmedByTheSameBytesOnceMore) {
  Conversation talk;
  talk.syn();
  for (int i = 0; i < 2; ++i) {
    talk.raw(Side::server, kPsh | kAck, 1, "EVIL");
    talk.last().tcp.acknowledgement = 1011;
  }
  talk.server("GOOD");
  StrictRun run;
  run.feed(talk).finish();
  EXPECT_EQ(run.texts(), Texts{"GOOD"});
  EXPECT_EQ(run.doubted(Suspect::ack_of_unsent), 2u);
}

// The packets of both sides out of order: an answer, the request, what came before it.
Conversation out_of_order(std::string_view before) {
  Conversation talk;
  talk.syn();
  talk.raw(Side::server, kPsh | kAck, 4, "answer");
  talk.last().tcp.acknowledgement = 1005;
  talk.raw(Side::server, kPsh | kAck, 1, before);
  talk.client("ask").client("!");
  talk.ack(Side::client).last().tcp.acknowledgement = 5010;
  return talk;
}

TEST(StrictAck, OutweighsAnEarlierSegmentThatAcknowledgedLess) {
  StrictRun run;
  run.feed(out_of_order("pre")).finish();
  EXPECT_EQ(run.texts(), (Texts{"ask!", "preanswer"}));
  EXPECT_EQ(run.doubted(Suspect::ack_of_unsent), 0u);
}

TEST(StrictAck, DoesNotOutweighAnotherCopy) {
  StrictRun run;
  run.feed(out_of_order("preANSWER")).finish();
  EXPECT_EQ(run.texts(), (Texts{"ask!", "preANSWER"}));
  EXPECT_EQ(run.doubted(Suspect::ack_of_unsent), 1u);
}

// ---- windows -----------------------------------------------------------------------------------
// The server has granted 1,000 octets, and the client has sent 900.
Conversation narrow() {
  Conversation talk;
  talk.raw(Side::client, kSyn, 0).raw(Side::server, kSyn | kAck, 0);
  talk.last().tcp.acknowledgement = 1001;
  talk.last().tcp.window = 1000;
  say(talk, 1, std::string(900, 'a'), 0);
  return talk;
}

TEST(StrictAck, BringsBackWhatLiesBeyondAWindowThatItKnew) {
  Conversation talk = narrow();
  say(talk, 1301, std::string(400, 'b'), 0);  // behind a wider window that is not in the capture
  hear(talk, 1701, 5000);
  say(talk, 1701, std::string(100, 'c'), 0);
  StrictRun run;
  run.feed(talk).finish();
  EXPECT_EQ(run.texts(), Texts{std::string(900, 'a') + "[400 not captured]" +
                               std::string(400, 'b') + std::string(100, 'c')});
  EXPECT_EQ(run.doubted(Suspect::beyond_window), 0u);
  EXPECT_EQ(run.doubted(Suspect::ack_of_unsent), 0u);
}

TEST(StrictAck, WidensTheWindowEvenIfItIsDoubted) {
  Conversation talk = narrow();
  hear(talk, 1001, 8000);  // 100 octets of what it acknowledges are not in the capture
  say(talk, 1101, std::string(400, 'b'), 0);
  StrictRun run;
  run.feed(talk).finish();
  EXPECT_EQ(run.doubted(Suspect::beyond_window), 0u);
  EXPECT_EQ(run.doubted(Suspect::ack_of_unsent), 1u);
  EXPECT_EQ(run.half(0).stream_bytes, 1500u);
}

// As much ahead as numbers go, so that what was sent would lie behind the window.
TEST(StrictAck, NarrowsNoWindowWhileItIsDoubted) {
  Conversation talk = narrow();
  hear(talk, 901 + 0x7fffe000, 8000);
  say(talk, 1, "again", 0);
  say(talk, 901, "good", 0);
  StrictRun run;
  run.feed(talk).finish();
  EXPECT_EQ(run.doubted(Suspect::beyond_window), 0u);
  EXPECT_EQ(run.texts(), Texts{std::string(900, 'a') + "good"});
}

TEST(StrictAck, JudgesNoWindowThatTheSenderHasLeftBehind) {
  Conversation talk = narrow();
  say(talk, 901, std::string(900, 'b'), 0);   // goes on past it
  say(talk, 2001, std::string(100, 'c'), 0);  // a segment is missing before this one
  StrictRun run;
  run.feed(talk).finish();
  EXPECT_EQ(run.doubted(Suspect::beyond_window), 0u);
  EXPECT_EQ(run.half(0).stream_bytes, 2100u);
}

TEST(StrictAck, BringsNothingBackWhereAnotherCopyCame) {
  Conversation talk;
  talk.syn();
  say(talk, 8200, "EVIL", 0);
  std::string good(1023, 'x');
  for (uint32_t at = 1; at < 8200; at += 1023) {
    say(talk, at, good, 0);
    hear(talk, at + 1023);
  }
  StrictRun run;
  run.feed(talk).finish();
  EXPECT_EQ(run.texts()[0].find("EVIL"), std::string::npos);
  EXPECT_EQ(run.doubted(Suspect::beyond_window), 1u);
}

TEST(StrictAck, KeepsOnlySoManyOfAHalf) {
  Conversation talk;
  talk.syn();
  for (uint32_t i = 0; i < 2 * EndpointView::kMostKept; ++i) say(talk, 9000 + 10 * i, "EVIL", 0);
  StrictRun run;
  run.feed(talk);
  EXPECT_GT(run.table.held_bytes(), 0u);
  EXPECT_LE(run.table.held_bytes(), EndpointView::kMostKept * (sizeof(KeptSegment) + 4));
  run.finish();
  EXPECT_EQ(run.texts(), Texts{});
  EXPECT_EQ(run.doubted(Suspect::beyond_window), 2 * EndpointView::kMostKept);
}

// ---- timestamps --------------------------------------------------------------------------------
// The server has said that it has all before a late segment comes.
Conversation late(uint32_t acknowledged) {
  Conversation talk = stamped_start();
  say(talk, 6, "67890", 20);
  hear(talk, acknowledged);
  say(talk, 11, "abcde", 30);
  return talk;
}

TEST(StrictAck, ExcusesAnOldTimestampOfWhatFillsAHole) {
  Conversation talk = late(11);
  hear(talk, 16);
  say(talk, 11, "ABCDE", 31);  // so that the last one is known to be newer
  say(talk, 1, "12345", 15);
  StrictRun run;
  run.feed(talk).finish();
  EXPECT_EQ(run.texts(), Texts{"1234567890abcde"});
  EXPECT_EQ(run.doubted(Suspect::old_timestamp), 0u);
}

TEST(StrictAck, ExcusesNoOldTimestampOfWhatIsThere) {
  Conversation talk = late(11);
  say(talk, 1, "12345EVIL", 15);
  StrictRun run;
  run.feed(talk).finish();
  EXPECT_EQ(run.doubted(Suspect::old_timestamp), 1u);
  EXPECT_EQ(run.texts(), Texts{"[5 left out]67890abcde"});
}

TEST(StrictAck, ExcusesAnOldTimestampWhereTheReceiverIsNotSeen) {
  for (const uint8_t fin : {uint8_t{0}, kFin}) {
    Conversation talk;
    talk.raw(Side::client, kSyn, 0);
    talk.last().tcp.options = timestamp(10);
    talk.raw(Side::client, kAck, 6);
    talk.last().tcp.options = timestamp(20);
    say(talk, 6, "67890", 21);
    say(talk, 1, "12345", 11);
    talk.last().tcp.flags |= fin;
    StrictRun run;
    run.feed(talk).finish();
    EXPECT_EQ(run.texts(), Texts{fin == 0 ? "1234567890" : "[5 left out]67890"});
  }
}

TEST(StrictAck, ExcusesNoFinWithinWhatWasSent) {
  Conversation talk = late(11);
  talk.raw(Side::client, kFin | kPsh | kAck, 1, "EVIL");
  talk.last().tcp.acknowledgement = 5001;
  talk.last().tcp.options = timestamp(15);
  StrictRun run;
  run.feed(talk).finish();
  EXPECT_EQ(run.doubted(Suspect::old_timestamp), 1u);
  EXPECT_EQ(run.texts(), Texts{"[5 left out]67890abcde"});
}

TEST(StrictAck, BringsBackWhatHadAnOldTimestamp) {
  Conversation talk = stamped_start();
  say(talk, 1, "12345", 20);
  say(talk, 6, "67890", 12);
  hear(talk, 11);
  StrictRun run;
  run.feed(talk).finish();
  EXPECT_EQ(run.texts(), Texts{"1234567890"});
  EXPECT_EQ(run.doubted(Suspect::old_timestamp), 0u);
}

// The first segments of a connection whose SYN is not in the capture.
TEST(StrictAck, BringsBackWhatLiesRightBeforeTheFirstSegment) {
  for (const uint32_t end : {6u, 5u}) {
    Conversation talk;
    say(talk, 6, "67890", 20);
    say(talk, 1, std::string_view("12345").substr(0, end - 1), 12);
    hear(talk, end);
    hear(talk, 11);
    StrictRun run;
    run.feed(talk).finish();
    EXPECT_EQ(run.texts(), Texts{end == 6 ? "1234567890" : "67890"});
  }
}

TEST(StrictAck, PrefersAGoodCopyToOneWithAnOldTimestamp) {
  Conversation talk = stamped_start();
  say(talk, 1, "12345", 20);
  say(talk, 6, "EVIL!", 12);
  say(talk, 6, "67890", 21);
  hear(talk, 11);
  StrictRun run;
  run.feed(talk).finish();
  EXPECT_EQ(run.texts(), Texts{"1234567890"});
  EXPECT_EQ(run.doubted(Suspect::old_timestamp), 1u);
}

// What is held for it counts, and goes at the limit.
TEST(StrictAck, KeepsNoMoreThanTheLimitAllows) {
  FlowOptions options = strict_options();
  options.stream.held_total = 10;
  Conversation talk = stamped_start();
  say(talk, 1, "12345", 20);
  say(talk, 6, "67890", 12);
  hear(talk, 11);
  StrictRun run(options);
  run.feed(talk).finish();
  EXPECT_EQ(run.texts(), Texts{"12345"});
  EXPECT_EQ(run.table.counters().held_total_hits, 1u);
}

// Whoever can put one in could else fill a hole with it.
TEST(StrictAck, BringsBackNothingWithAWrongChecksum) {
  Conversation talk;
  talk.syn();
  say(talk, 1, "EVIL!", 0);
  talk.last().bad_checksum = true;
  hear(talk, 6);
  hear(talk, 6);
  say(talk, 6, "67890", 0);
  StrictRun run;
  run.feed(talk).finish();
  EXPECT_EQ(run.texts(), Texts{"[5 left out]67890"});
  EXPECT_EQ(run.doubted(Suspect::bad_checksum), 1u);
}

// ---- what is told ------------------------------------------------------------------------------
TEST(StrictAck, TellsWhatWasLeftOutFromWhatWasNotCaptured) {
  Conversation talk;
  talk.syn().raw(Side::client, kPsh | kAck, 1, "damaged").last().bad_checksum = true;
  talk.lose(Side::client, 7).client("one").lose(Side::client, 9).client("two");
  StrictRun run;
  run.feed(talk).finish();
  EXPECT_EQ(run.texts(), Texts{"[7 left out]one[9 not captured]two"});
  const auto& missing = run.table.counters().missing_by_reason;
  EXPECT_EQ(missing[static_cast<size_t>(GapReason::left_out)], 7u);
  EXPECT_EQ(missing[static_cast<size_t>(GapReason::not_captured)], 9u);
}

TEST(StrictAck, CountsWhatItLeavesOutOfUnknownConnectionsAndHalves) {
  SegmentParams damaged;
  damaged.tcp.payload = "damaged";
  damaged.bad_checksum = true;
  SegmentParams without_ack;
  without_ack.tcp.payload = "no ACK";
  without_ack.tcp.flags = kPsh;
  Conversation talk;
  talk.client("seen").raw(Side::server, kPsh | kAck, 1, "damaged").last().bad_checksum = true;
  StrictRun run;
  run.feed({damaged, without_ack}).feed(talk).finish();
  const auto& suspects = run.table.counters().suspects;
  EXPECT_EQ(suspects[static_cast<size_t>(Suspect::bad_checksum)], 2u);
  EXPECT_EQ(suspects[static_cast<size_t>(Suspect::no_ack_flag)], 1u);
}

TEST(LeftOutRuns, KnowWhatTheyTouchAcrossTheEndOfTheNumbers) {
  LeftOutRuns runs;
  EXPECT_FALSE(runs.touches(0, UINT64_MAX));
  runs.add(0xfffffffe, 4);
  runs.add(2, 3);  // goes on
  EXPECT_TRUE(runs.touches(4, 1));
  EXPECT_FALSE(runs.touches(5, 100));
  EXPECT_TRUE(runs.touches(0xffff0000, 0x10000));
  EXPECT_FALSE(runs.touches(0xffff0000, 0xfffe));
  for (uint32_t i = 0; i < LeftOutRuns::kMost; ++i) runs.add(1000 + 10 * i, 1);
  EXPECT_FALSE(runs.touches(0, 5)) << "the oldest is forgotten";
  EXPECT_TRUE(runs.touches(1000, 1));
}

}  // namespace
}  // namespace tcpflow
