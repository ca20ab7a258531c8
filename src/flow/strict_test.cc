// --strict: each line of what Linux ignores and accepts between two good segments, and what a
// capture that lacks packets must not lose.
#include <functional>

#include "decode/decoder.h"
#include "flow/strict_test_support.h"

namespace tcpflow {
namespace {

using namespace test;
using namespace tcp_flag;

Octets window_scale(uint8_t shift) { return {1, 3, 3, shift}; }
Octets signature() {
  Octets option(20, 1);
  option[0] = 19;
  option[1] = 18;
  return option;
}

// Segments as frames, through a decoder.
struct StrictRun : TableRun {
  StrictRun() : TableRun(strict_options()) {}
  explicit StrictRun(const FlowOptions& options) : TableRun(options) {}

  void feed_frame(const Octets& bytes, Timestamp time) {
    kept.push_back(bytes);
    Frame frame;
    frame.number = kept.size();
    frame.time = time;
    frame.bytes = kept.back();
    frame.original_length = static_cast<uint32_t>(frame.bytes.size());
    frames.push_back(frame);
    decoder.decode(frames.back(), batch);
  }

  static DecodeOptions decode_options() {
    DecodeOptions options;
    options.check_sums = options.reads_options = true;
    return options;
  }
  std::deque<Octets> kept;
  std::deque<Frame> frames;
  FrameBatch batch;
  Decoder decoder{decode_options(), table, nullptr};
};

constexpr uint32_t kFirstStamp = 1'000'000;

// One line of the table: EVIL, bent so, comes right before GOOD with the same numbers.
struct Line {
  const char* what;
  bool is_taken;
  std::optional<Suspect> why;  // counted; empty: another rule ignores it
  std::function<void(SegmentParams&)> bend = nullptr;
  std::function<void(Octets&)> bend_frame = nullptr;
  bool stamped = false;
};

constexpr size_t kIpAt = 14;
constexpr size_t kTcpAt = 34;

void right_sum(Octets& frame) {
  const Ipv4Params outer;
  TcpParams params;
  const Octets segment(frame.begin() + kTcpAt, frame.end());
  Octets zeroed = segment;
  zeroed[16] = zeroed[17] = 0;
  Octets pseudo;
  put(pseudo, Bytes(outer.source.octets).first(4));
  put(pseudo, Bytes(outer.destination.octets).first(4));
  put_be16(pseudo, kProtocolTcp);
  put_be16(pseudo, static_cast<uint16_t>(segment.size()));
  put(pseudo, zeroed);
  set_be16(frame, kTcpAt + 16, internet_checksum(pseudo));
}

std::vector<SegmentParams> script_of(const Line& line) {
  Conversation talk;
  talk.syn().raw(Side::client, kPsh | kAck, 1, "EVIL").client("GOOD");
  std::vector<SegmentParams> all = talk.segments();
  if (line.stamped) {
    const std::vector<uint32_t> stamps = {kFirstStamp, 7, kFirstStamp + 1, 0, kFirstStamp + 2};
    for (size_t i = 0; i < all.size(); ++i) all[i].tcp.options = timestamp(stamps[i]);
  }
  if (line.bend) line.bend(all[3]);
  return all;
}

void check(const Line& line) {
  SCOPED_TRACE(line.what);
  StrictRun run;
  const std::vector<SegmentParams> script = script_of(line);
  for (size_t i = 0; i < script.size(); ++i) {
    Octets frame = frame_of(script[i]);
    if (i == 3 && line.bend_frame) line.bend_frame(frame);
    run.feed_frame(frame, script[i].time);
  }
  run.finish();
  EXPECT_EQ(run.texts(), Texts{line.is_taken ? "EVIL" : "GOOD"});
  if (line.why) {
    EXPECT_EQ(run.suspects(0, *line.why), 1u);
    EXPECT_EQ(run.unused, 1);
  }
}

auto flags(uint8_t value) {
  return [value](SegmentParams& s) { s.tcp.flags = value; };
}
auto ack_moved(uint32_t by) {
  return [by](SegmentParams& s) { s.tcp.acknowledgement += by; };
}
auto options(const Octets& octets) {
  return [octets](SegmentParams& s) { s.tcp.options = octets; };
}

TEST(Strict, IgnoresWhatLinuxIgnores) {
  const std::vector<Line> lines = {
      {"a wrong checksum", false, Suspect::bad_checksum,
       [](SegmentParams& s) { s.bad_checksum = true; }},
      {"a wrong IPv4 checksum", false, {}, nullptr, [](Octets& f) { f[kIpAt + 10] ^= 0x12; }},
      {"no flags at all", false, Suspect::no_ack_flag, flags(0)},
      {"PSH alone", false, Suspect::no_ack_flag, flags(kPsh)},
      {"FIN alone", false, Suspect::no_ack_flag, flags(kFin)},
      {"URG alone", false, Suspect::no_ack_flag, flags(kUrg)},
      {"SYN with ACK", false, Suspect::syn_repeated, flags(kSyn | kAck | kPsh)},
      {"SYN", false, Suspect::syn_repeated, flags(kSyn)},
      {"a RST further on", false, Suspect::reset_in_window,
       [](SegmentParams& s) {
         s.tcp.flags = kRst;
         s.tcp.sequence += 100;
       }},
      {"a RST with a wrong checksum", false, Suspect::bad_checksum,
       [](SegmentParams& s) {
         s.tcp.flags = kRst;
         s.bad_checksum = true;
       }},
      {"an ACK of what was not sent", false, Suspect::ack_of_unsent, ack_moved(1000)},
      {"an ACK of one octet that was not sent", false, Suspect::ack_of_unsent, ack_moved(1)},
      {"an ACK that is a little old", false, Suspect::old_ack, ack_moved(~0u)},
      {"an ACK that is very old", false, Suspect::old_ack, ack_moved(~0u << 30)},
      {"a signature that nobody asked for", false, Suspect::unsolicited_md5, options(signature())},
      {"a data offset below 5", false, {}, [](SegmentParams& s) { s.tcp.data_offset = 4; }},
      {"a data offset past the end", false, {}, [](SegmentParams& s) { s.tcp.data_offset = 15; }},
      {"far beyond the window", false, Suspect::beyond_window,
       [](SegmentParams& s) { s.tcp.sequence += 64u << 20; }},
      {"one octet beyond the window", false, Suspect::beyond_window,
       [](SegmentParams& s) { s.tcp.sequence += 8193; }},
      {"an older timestamp", false, Suspect::old_timestamp, options(timestamp(kFirstStamp - 1000)),
       nullptr, true},
      {"a timestamp of last - 2", false, Suspect::old_timestamp,
       options(timestamp(kFirstStamp - 1)), nullptr, true},
      {"a timestamp of 0", false, Suspect::old_timestamp, options(timestamp(0)), nullptr, true},
      {"a keep-alive octet",
       false,
       {},
       [](SegmentParams& s) {
         --s.tcp.sequence;
         s.tcp.payload = "Z";
       }},
  };
  for (const Line& line : lines) check(line);
}

TEST(Strict, AcceptsWhatLinuxAccepts) {
  const Octets authentication = {29, 16, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
  const auto nothing = [](SegmentParams&) {};
  const std::vector<Line> lines = {
      {"a good segment", true, {}, nothing},
      {"TCP-AO", true, {}, options(authentication)},
      {"a malformed option", true, {}, options({5, 0, 1, 1})},
      {"reserved bits",
       true,
       {},
       nothing,
       [](Octets& f) {
         f[kTcpAt + 12] |= 0x0e;
         right_sum(f);
       }},
      {"CWR and ECE", true, {}, flags(0xd8)},
      {"a window of 0", true, {}, [](SegmentParams& s) { s.tcp.window = 0; }},
      {"a trailer", true, {}, nothing, [](Octets& f) { f.insert(f.end(), 8, 'T'); }},
      {"the last timestamp but one", true, {}, options(timestamp(kFirstStamp)), nullptr, true},
      {"no timestamp", true, {}, options({}), nullptr, true},
  };
  for (const Line& line : lines) check(line);
}

TEST(Strict, TakesDataOfTheThirdAck) {
  Conversation talk;
  talk.raw(Side::client, kSyn, 0).raw(Side::server, kSyn | kAck, 0);
  talk.last().tcp.acknowledgement = 1001;
  talk.raw(Side::client, kAck, 1, "THRD").raw(Side::client, kPsh | kAck, 1, "REALMORE");
  std::vector<SegmentParams> all = talk.segments();
  for (const size_t i : {size_t{2}, size_t{3}}) all[i].tcp.acknowledgement = 5001;
  StrictRun run;
  run.feed(all).finish();
  EXPECT_EQ(run.texts(), Texts{"THRDMORE"});
}

// ---- FIN -------------------------------------------------------------------------------------
TEST(Strict, TakesNothingBehindTheFin) {
  Conversation talk;
  talk.syn().client("DATA").fin(Side::client).raw(Side::client, kPsh | kAck, 6, "POST");
  StrictRun run;
  run.feed(talk).finish();
  EXPECT_EQ(run.texts(), Texts{"DATA"});
  EXPECT_EQ(run.suspects(0, Suspect::data_after_fin), 1u);
  EXPECT_EQ(run.unused, 1);
  EXPECT_EQ(run.half(0).end, HalfEnd::fin);
}

TEST(Strict, ForgetsWhatWaitedBehindTheFin) {
  for (const uint32_t late : {3u, 5u}) {
    Conversation talk;
    talk.syn().raw(Side::client, kPsh | kAck, late, "LATE");
    talk.raw(Side::client, kFin | kAck, 1, "AB").raw(Side::client, kPsh | kAck, 3, "CD");
    StrictRun run;
    run.feed(talk).finish();
    EXPECT_EQ(run.texts(), Texts{"AB"});
    EXPECT_EQ(run.half(0).gap_count, 0u);
  }
}

TEST(Strict, TakesASegmentThatReachesOverAFinThatCameEarly) {
  Conversation talk;
  talk.syn().raw(Side::client, kFin | kAck, 5).raw(Side::client, kPsh | kAck, 1, "ABCDEFGH");
  StrictRun run;
  run.feed(talk).finish();
  EXPECT_EQ(run.texts(), Texts{"ABCDEFGH"});
}

TEST(Strict, EndsAGapAtTheFin) {
  Conversation talk;
  talk.syn().client("aa").raw(Side::client, kFin | kAck, 11).raw(Side::client, kAck, 101, "EVIL");
  StrictRun run;
  run.feed(talk).finish();
  EXPECT_EQ(run.texts(), Texts{"aa[8 not captured]"});
}

// ---- payload of a SYN ------------------------------------------------------------------------
Conversation with_data_on_syn(uint32_t acknowledged) {
  Conversation talk;
  talk.raw(Side::client, kSyn, 0, "SYND").raw(Side::server, kSyn | kAck, 0);
  talk.last().tcp.acknowledgement = 1001 + acknowledged;
  return talk;
}

TEST(Strict, TakesPayloadOfASynThatIsAcknowledged) {
  StrictRun run;
  Conversation talk = with_data_on_syn(4);
  talk.raw(Side::client, kPsh | kAck, 5, "MORE");
  talk.last().tcp.acknowledgement = 5001;
  run.feed(talk).end_batch().finish();
  EXPECT_EQ(run.texts(), Texts{"SYNDMORE"});
  EXPECT_EQ(run.suspects(0, Suspect::data_on_syn), 1u);
}

TEST(Strict, LeavesPayloadOfASynOutThatIsNot) {
  StrictRun run;
  Conversation talk = with_data_on_syn(0);
  talk.raw(Side::client, kPsh | kAck, 1, "REAL");
  talk.last().tcp.acknowledgement = 5001;
  run.feed(talk).finish();
  EXPECT_EQ(run.texts(), Texts{"REAL"});
  EXPECT_EQ(run.unused, 1);
}

TEST(Strict, TellsByTheSenderWhereTheAnswerIsNotSeen) {
  StrictRun again;
  again.feed(Conversation().raw(Side::client, kSyn, 0, "SYND").client("REAL")).finish();
  EXPECT_EQ(again.texts(), Texts{"REAL"});
  StrictRun behind;
  Conversation talk;
  talk.raw(Side::client, kSyn, 0, "SYND").raw(Side::client, kPsh | kAck, 5, "MORE");
  behind.feed(talk).finish();
  EXPECT_EQ(behind.texts(), Texts{"SYNDMORE"});
}

TEST(Strict, HoldsPayloadOfASynNoLongerThanTheLimitAllows) {
  FlowOptions options = strict_options();
  options.stream.held_total = 10;
  StrictRun run(options);
  run.feed(with_data_on_syn(4)).finish();
  EXPECT_EQ(run.texts(), Texts{});
  EXPECT_EQ(run.table.counters().held_total_hits, 1u);
}

// ---- windows ---------------------------------------------------------------------------------
// The server grants 8192 from octet 1 on, shifted by what the SYNs agree on.
StrictRun& feed_far(StrictRun& run, const Conversation& start, uint32_t offset) {
  Conversation talk = start;
  talk.raw(Side::client, kPsh | kAck, offset, "far");
  run.feed(talk).finish();
  return run;
}

Conversation scaled(uint8_t client, uint8_t server) {
  Conversation talk;
  talk.raw(Side::client, kSyn, 0);
  if (client != TcpOptions::kNoScale) talk.last().tcp.options = window_scale(client);
  talk.raw(Side::server, kSyn | kAck, 0);
  if (server != TcpOptions::kNoScale) talk.last().tcp.options = window_scale(server);
  talk.last().tcp.acknowledgement = 1001;
  talk.ack(Side::server);
  talk.last().tcp.sequence = 5001;
  talk.last().tcp.acknowledgement = 1001;
  return talk;
}

TEST(Strict, ScalesWindowsByWhatBothSynsAgreedOn) {
  constexpr uint8_t kNone = TcpOptions::kNoScale;
  struct Case {
    uint8_t client, server;
    uint32_t room;
  };
  for (const Case& c : {Case{7, 3, 8192 << 3}, Case{7, kNone, 8192}, Case{kNone, 3, 8192}}) {
    StrictRun inside;
    feed_far(inside, scaled(c.client, c.server), 1 + c.room);
    EXPECT_EQ(inside.suspects(0, Suspect::beyond_window), 0u);
    StrictRun outside;
    feed_far(outside, scaled(c.client, c.server), 2 + c.room);
    EXPECT_EQ(outside.suspects(0, Suspect::beyond_window), 1u);
    EXPECT_EQ(outside.texts(), Texts{});
  }
}

TEST(Strict, IsGenerousWhereNoSynTellsTheScale) {
  Conversation talk;
  talk.client("start").ack(Side::server);
  StrictRun inside;
  feed_far(inside, talk, 8192u << 13);
  EXPECT_EQ(inside.suspects(0, Suspect::beyond_window), 0u);
}

TEST(Strict, BelievesASenderThatGoesOnPastTheWindow) {
  Conversation talk;
  talk.syn();
  const std::string piece(1000, 'x');
  for (int i = 0; i < 50; ++i) talk.client(piece);  // no acknowledgement is captured
  StrictRun run;
  run.feed(talk).finish();
  EXPECT_EQ(run.texts(), Texts{std::string(50'000, 'x')});
}

TEST(Strict, BelievesALongRunPastTheWindowInTheEnd) {
  Conversation talk;
  talk.syn().client("a").ack(Side::server).lose(Side::client, 100'000);
  for (int i = 0; i < 20; ++i) talk.client("0123456789");
  StrictRun run;
  run.feed(talk).finish();
  EXPECT_EQ(run.suspects(0, Suspect::beyond_window), 8u);
  EXPECT_EQ(run.half(0).stream_bytes, 100'201u);
}

// ---- what the capture lacks --------------------------------------------------------------------
TEST(Strict, JudgesNothingByASideThatIsNotSeen) {
  Conversation talk;
  talk.client("one").lose(Side::client, 1'000'000).client("two").lose(Side::client, 5).client("3");
  std::vector<SegmentParams> all = talk.segments();
  for (size_t i = 0; i < all.size(); ++i)
    all[i].tcp.acknowledgement = 123'456 + 70'000u * static_cast<uint32_t>(i);
  StrictRun run;
  run.feed(all).finish();
  EXPECT_EQ(run.texts(), Texts{"one[1000000 not captured]two[5 not captured]3"});
}

TEST(Strict, TakesAnAnswerToARequestThatIsNotInTheCapture) {
  Conversation talk;
  talk.syn().lose(Side::client, 100).server("first ").server("second ").server("third");
  StrictRun run;
  run.feed(talk).finish();
  EXPECT_EQ(run.texts(), Texts{"first second third"});
  EXPECT_EQ(run.suspects(0, Suspect::ack_of_unsent, Direction::responder), 0u);
}

TEST(Strict, TakesAShortAnswerOnceItsReceiverGoesOn) {
  Conversation talk;
  talk.syn().lose(Side::client, 100).server("answer").ack(Side::client).server(" more");
  StrictRun run;
  run.feed(talk).finish();
  EXPECT_EQ(run.texts(), Texts{"answer more"});
}

TEST(Strict, TakesAnAnswerThatWasCapturedBeforeItsRequest) {
  Conversation talk;
  talk.syn().client("ask").server("answer").fin();
  std::vector<SegmentParams> all = talk.segments();
  std::swap(all[3], all[4]);
  StrictRun run;
  run.feed(all).finish();
  EXPECT_EQ(run.texts(), (Texts{"ask", "answer"}));
  EXPECT_EQ(run.suspects(0, Suspect::ack_of_unsent, Direction::responder), 0u);
}

// The other side sends on, so what was acknowledged had not been sent then.
TEST(Strict, LeavesOutAnAckOfBytesThatAreSentLater) {
  Conversation talk;
  talk.syn().raw(Side::server, kPsh | kAck, 1, "EVIL");
  talk.last().tcp.acknowledgement += 10;
  talk.client("0123456789abcdef").server("GOOD");
  StrictRun run;
  run.feed(talk).finish();
  EXPECT_EQ(run.texts(), (Texts{"0123456789abcdef", "GOOD"}));
  EXPECT_EQ(run.suspects(0, Suspect::ack_of_unsent, Direction::responder), 1u);
}

TEST(Strict, BelievesABareAckOfMoreWhenItComesAgain) {
  Conversation talk;
  talk.syn().lose(Side::client, 50).ack(Side::server).ack(Side::server).client("tail");
  StrictRun run;
  run.feed(talk).finish();
  EXPECT_EQ(run.suspects(0, Suspect::ack_of_unsent, Direction::responder), 1u);
  EXPECT_EQ(run.texts(), Texts{"[50 not captured]tail"});
}

TEST(Strict, LearnsAnewWhenTheHandshakeOfTheNextConnectionIsMissed) {
  Conversation first;
  first.syn().client("old").server("OLD");
  std::vector<SegmentParams> all = first.segments();
  for (SegmentParams& s : all) s.tcp.options = timestamp(0x70000000);
  Conversation talk = first;
  for (int i = 0; i < 20; ++i) talk.client("0123456789");
  std::vector<SegmentParams> both = talk.segments();
  for (size_t i = 0; i < both.size(); ++i) {
    both[i].tcp.options = timestamp(i < all.size() ? 0x70000000u : 1000u);
  }
  StrictRun run;
  run.feed(both).finish();
  EXPECT_EQ(run.suspects(0, Suspect::old_timestamp), 8u);
  EXPECT_EQ(run.half(0).stream_bytes, 203u);
}

// ---- timestamps --------------------------------------------------------------------------------
std::vector<SegmentParams> stamped(Conversation talk, const std::vector<uint32_t>& stamps) {
  std::vector<SegmentParams> all = talk.segments();
  for (size_t i = 0; i < all.size(); ++i) {
    if (stamps[i] != 0) all[i].tcp.options = timestamp(stamps[i]);
  }
  return all;
}

TEST(Strict, KnowsThatTimestampsWrapAround) {
  StrictRun run;
  run.feed(stamped(Conversation().syn().client("a").client("b"),
                   {0xfffffff0, 7, 0xfffffff8, 0xfffffffe, 3}))
      .finish();
  EXPECT_EQ(run.texts(), Texts{"ab"});
}

TEST(Strict, IgnoresTimestampsThatNobodyAgreedOn) {
  StrictRun run;  // the server's SYN has none
  run.feed(stamped(Conversation().syn().client("a").client("b"), {1000, 0, 1001, 1002, 5}))
      .finish();
  EXPECT_EQ(run.texts(), Texts{"ab"});
}

TEST(Strict, LetsTimestampsAgeInAMonth) {
  Conversation talk;
  talk.syn().client("a").wait(std::chrono::hours(24 * 25)).client("b");
  StrictRun run;
  run.feed(stamped(talk, {0x70000000, 7, 0x70000001, 0x70000002, 5})).finish();
  EXPECT_EQ(run.texts(), Texts{"ab"});
}

// A segment out of order does not make those before it old.
TEST(Strict, LearnsTimestampsInOrderOnly) {
  Conversation talk;
  talk.raw(Side::client, kAck, 1, "a").raw(Side::client, kAck, 3, "c");
  talk.raw(Side::client, kAck, 2, "b");
  StrictRun run;
  run.feed(stamped(talk, {1000, 2000, 1500})).finish();
  EXPECT_EQ(run.texts(), Texts{"abc"});
}

// ---- the rest ----------------------------------------------------------------------------------
TEST(Strict, TakesSignedSegmentsOfASignedConnection) {
  std::vector<SegmentParams> all = Conversation().syn().client("signed").segments();
  for (SegmentParams& s : all) s.tcp.options = signature();
  StrictRun run;
  run.feed(all).finish();
  EXPECT_EQ(run.texts(), Texts{"signed"});
  StrictRun without_syn;
  without_syn.feed({all.back()}).finish();
  EXPECT_EQ(without_syn.texts(), Texts{"signed"});
}

TEST(Strict, UsesWhatWasKeptOfAHalfBeforeItJumpsAway) {
  FlowOptions options = strict_options();
  options.max_jump = 1000;
  Conversation talk;
  talk.syn().client("ask").raw(Side::server, kPsh | kAck, 1, "kept");
  talk.last().tcp.acknowledgement += 100;
  talk.raw(Side::server, kPsh | kAck, 5001, "jumps").raw(Side::client, kAck, 104);
  StrictRun run(options);
  run.feed(talk).finish();
  EXPECT_EQ(run.texts(), (Texts{"ask", "kept", "jumps"}));
}

TEST(Strict, UsesWhatNothingSpokeAgainst) {
  Conversation talk;
  talk.syn().lose(Side::client, 100).server("the last that was captured");
  StrictRun run;
  run.feed(talk).finish();
  EXPECT_EQ(run.texts(), Texts{"the last that was captured"});
}

// Each side acknowledges what the capture lacks of the other.
TEST(Strict, BelievesTwoSidesThatAnswerEachOther) {
  Conversation talk;
  talk.syn().lose(Side::client, 10).lose(Side::server, 20).client("one").server("ONE");
  talk.lose(Side::client, 30).lose(Side::server, 40).client("two").server("TWO");
  StrictRun run;
  run.feed(talk).finish();
  EXPECT_EQ(run.texts(), (Texts{"[10 not captured]one[30 not captured]two",
                                "[20 not captured]ONE[40 not captured]TWO"}));
}

TEST(Strict, OpensNoFlowWithASegmentThatNoHostTakes) {
  SegmentParams damaged;
  damaged.tcp.payload = "damaged";
  damaged.bad_checksum = true;
  SegmentParams without_ack;
  without_ack.tcp.payload = "no ACK";
  without_ack.tcp.flags = kPsh;
  StrictRun run;
  run.feed({damaged, without_ack}).finish();
  EXPECT_TRUE(run.records.records.empty());
  EXPECT_EQ(run.unused, 2);
}

TEST(Strict, KeepsBareSynsWithTheirOptions) {
  StrictRun run;
  run.feed(Conversation().raw(Side::client, kSyn, 0));
  EXPECT_EQ(run.table.open_flows(), 1u);
  run.finish();
  EXPECT_EQ(run.half(0).packets, 1u);
}

TEST(Strict, GivesAHonestConversationWhole) {
  Conversation talk;
  talk.syn().client("one").server("two").ack(Side::client).client("three").server("four").fin();
  StrictRun run;
  for (const TimedFrame& frame : talk.frames()) run.feed_frame(frame.bytes, frame.time);
  run.finish();
  EXPECT_EQ(run.texts(), (Texts{"onethree", "twofour"}));
  EXPECT_EQ(run.half(0).end, HalfEnd::fin);
  EXPECT_EQ(run.half(0, Direction::responder).end, HalfEnd::fin);
  for (const uint64_t count : run.half(0).suspects) EXPECT_EQ(count, 0u);
  EXPECT_EQ(run.unused, 0);
}

TEST(Suspects, OfSegmentsAloneAreCountedByDefaultToo) {
  Conversation talk;
  talk.raw(Side::client, kSyn, 0, "syn").raw(Side::client, kPsh, 4, " without ACK");
  TableRun run;
  run.feed(talk).finish();
  EXPECT_EQ(run.texts(), Texts{"syn without ACK"});
  EXPECT_EQ(run.suspects(0, Suspect::data_on_syn), 1u);
  EXPECT_EQ(run.suspects(0, Suspect::no_ack_flag), 1u);
}

}  // namespace
}  // namespace tcpflow
