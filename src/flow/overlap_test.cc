// Overlapping segments through the flow table: whose policy, what is recorded, what is compared.
#include <gtest/gtest.h>

#include "flow/flow_test_support.h"

namespace tcpflow {
namespace {

using namespace test;
using namespace tcp_flag;

IpNetwork network(const std::string& text) {
  const Result<IpNetwork> read = IpNetwork::parse(text);
  EXPECT_TRUE(read) << text;
  return read ? *read : IpNetwork{};
}

std::string text_of(const std::vector<uint8_t>& octets) { return std::string(as_text(octets)); }

// Both sides send two copies of bytes 3 to 6 before the bytes in front of them.
Conversation overlapping() {
  Conversation talk;
  talk.syn();
  for (const Side side : {Side::client, Side::server}) {
    talk.send_at(side, 3, "OOOO").send_at(side, 3, "NNNN").send_at(side, 1, "ab");
  }
  return talk;
}

TEST(Overlap, IsDecidedByThePolicyOfTheDestination) {
  FlowOptions options;
  TableRun by_default(options);
  EXPECT_EQ(by_default.feed(overlapping()).finish().texts(), (Texts{"abOOOO", "abOOOO"}));
  options.overlap.add(network("192.0.2.0/24"), OverlapPolicy::last);  // the server
  TableRun by_network(options);
  EXPECT_EQ(by_network.feed(overlapping()).finish().texts(), (Texts{"abNNNN", "abOOOO"}));
  options.overlap.add(network("192.0.2.80"), OverlapPolicy::first);
  options.overlap.set_default(OverlapPolicy::last);
  TableRun by_host(options);
  EXPECT_EQ(by_host.feed(overlapping()).finish().texts(), (Texts{"abOOOO", "abNNNN"}));
}

TEST(Overlap, OfOneOctetIsNoKeepAliveWhileItIsHeld) {
  FlowOptions options;
  options.overlap.set_default(OverlapPolicy::last);
  Conversation talk;
  talk.syn()
      .send_at(Side::client, 3, "O")
      .send_at(Side::client, 3, "N")
      .send_at(Side::client, 1, "ab");
  talk.send_at(Side::client, 3, "X");  // delivered by now
  TableRun run(options);
  EXPECT_EQ(run.feed(talk).finish().texts(), Texts{"abN"});
  EXPECT_EQ(run.half(0).conflict_count, 1u);
}

TEST(Overlap, OfDifferentBytesIsRecordedWithBothCopies) {
  Conversation talk;
  talk.syn().send_at(Side::client, 3, "cdefgh").send_at(Side::client, 4, "XeYghi");
  talk.send_at(Side::client, 1, "ab");
  TableRun run;
  run.feed(talk).finish();
  const HalfRecord& half = run.half(0);
  EXPECT_EQ(half.conflict_count, 1u);
  EXPECT_EQ(half.conflict_bytes, 2u);
  EXPECT_EQ(half.repeated_bytes, 5u);
  EXPECT_EQ(run.suspects(0, Suspect::conflict), 1u);
  ASSERT_EQ(half.conflicts.size(), 1u);
  const ConflictRecord& conflict = half.conflicts[0];
  EXPECT_EQ(conflict.offset, 3u);
  EXPECT_EQ(conflict.length, 3u) << "from the first to the last octet that differs";
  EXPECT_EQ(conflict.kept_packet, 4u);
  EXPECT_EQ(conflict.other_packet, 5u);
  EXPECT_EQ(text_of(conflict.kept), "def");
  EXPECT_EQ(text_of(conflict.other), "XeY");
}

TEST(Overlap, RecordsAsMuchAsTheLimitsSayAndCountsAll) {
  FlowOptions options;
  options.flow.conflicts_recorded = 2;
  Conversation talk;
  talk.syn().send_at(Side::client, 2, std::string(100, 'O'));
  for (int i = 0; i < 5; ++i) talk.send_at(Side::client, 2, std::string(100, 'N'));
  talk.send_at(Side::client, 1, "a");
  TableRun run(options);
  run.feed(talk).finish();
  const HalfRecord& half = run.half(0);
  EXPECT_EQ(half.conflict_count, 5u);
  EXPECT_EQ(half.conflict_bytes, 500u);
  EXPECT_EQ(run.suspects(0, Suspect::conflict), 5u);
  ASSERT_EQ(half.conflicts.size(), 2u);
  EXPECT_EQ(half.conflicts[0].length, 100u);
  EXPECT_EQ(text_of(half.conflicts[0].kept), std::string(kConflictBytesRecorded, 'O'));
  EXPECT_EQ(text_of(half.conflicts[0].other), std::string(kConflictBytesRecorded, 'N'));
}

TEST(Overlap, CountsASegmentAsSuspectOnceHoweverManyItContradicts) {
  Conversation talk;
  talk.syn().send_at(Side::client, 3, "cc").send_at(Side::client, 6, "ff");
  talk.send_at(Side::client, 2, "XXXXXXX").send_at(Side::client, 1, "a");
  TableRun run;
  run.feed(talk).finish();
  EXPECT_EQ(run.half(0).conflict_count, 2u);
  EXPECT_EQ(run.suspects(0, Suspect::conflict), 1u);
}

TEST(Overlap, WithLinuxIsToldWhenTheBytesAreDelivered) {
  FlowOptions options;
  options.overlap.set_default(OverlapPolicy::modern_linux);
  Conversation talk;
  talk.syn().send_at(Side::client, 4, "OOOO").send_at(Side::client, 2, "NNNN");
  talk.send_at(Side::client, 1, "a");
  TableRun run(options);
  run.feed(talk).finish();
  EXPECT_EQ(run.texts(), (Texts{"aNNNNOO"}));
  ASSERT_EQ(run.half(0).conflicts.size(), 1u);
  EXPECT_EQ(run.half(0).conflicts[0].offset, 3u);
  EXPECT_EQ(text_of(run.half(0).conflicts[0].kept), "NN");
  EXPECT_EQ(text_of(run.half(0).conflicts[0].other), "OO");
}

Conversation differing_repetition() {
  Conversation talk;
  talk.syn().client("0123456789").send_at(Side::client, 5, "4567XX");
  return talk;
}

TEST(Overlap, WithDeliveredBytesIsComparedOnlyIfAlternativesAreKept) {
  TableRun plain;
  plain.feed(differing_repetition()).finish();
  EXPECT_EQ(plain.half(0).conflict_count, 0u);
  EXPECT_EQ(plain.half(0).repeated_bytes, 6u);

  FlowOptions options;
  options.keep_alternatives = true;
  TableRun keeping(options);
  keeping.feed(differing_repetition());
  EXPECT_GT(keeping.table.window_bytes(), 10u);
  EXPECT_EQ(keeping.table.held_bytes(), 0u) << "copies are not held for the stream";
  keeping.finish();
  EXPECT_EQ(keeping.texts(), (Texts{"0123456789"}));
  ASSERT_EQ(keeping.half(0).conflicts.size(), 1u);
  EXPECT_EQ(keeping.half(0).conflicts[0].offset, 8u);
  EXPECT_EQ(keeping.half(0).conflicts[0].kept_packet, 4u);
  EXPECT_EQ(text_of(keeping.half(0).conflicts[0].kept), "89");
  EXPECT_EQ(text_of(keeping.half(0).conflicts[0].other), "XX");
}

Conversation on_port(uint16_t port) {
  ConversationParams params;
  params.client_port = port;
  return Conversation(params);
}

TEST(Overlap, ForgetsCopiesOfDeliveredBytesAtALimitOfTheirOwn) {
  FlowOptions options;
  options.keep_alternatives = true;
  options.stream.delivered_windows_total = 5000;
  TableRun run(options);
  for (uint16_t port = 40000; port < 40020; ++port) {
    run.feed(on_port(port).syn().client(std::string(1000, 'x')));
    EXPECT_LE(run.table.window_bytes(), 5000u);
    EXPECT_GT(run.table.window_bytes(), 1000u);
  }
  EXPECT_EQ(run.table.counters().windows_total_hits, 16u);
  run.finish();
  EXPECT_EQ(run.table.window_bytes(), 0u);
}

// Held bytes and copies of delivered ones, each with a limit that is soon reached.
FlowOptions both_bounded_by_5000() {
  FlowOptions options;
  options.keep_alternatives = true;
  options.stream.held_total = 5000;
  options.stream.delivered_windows_total = 5000;
  return options;
}

// What is compared is for diagnosis: the streams are the same with it and without.
TEST(Overlap, GivesUpNoHeldByteForCopiesOfDeliveredOnes) {
  TableRun run(both_bounded_by_5000());
  Conversation victim = on_port(1);
  victim.syn().client("hello ").lose(Side::client, 6).client(" again");
  run.feed(victim);
  for (uint16_t port = 40000; port < 40020; ++port) {
    run.feed(on_port(port).syn().client(std::string(1000, 'x')));
  }
  run.feed({victim.send_at(Side::client, 7, "world!").last()}).finish();
  EXPECT_EQ(run.texts().front(), "hello world! again");
  EXPECT_EQ(run.table.counters().held_total_hits, 0u);
  EXPECT_GT(run.table.counters().windows_total_hits, 0u);
}

// A start that is given up is delivered, and copied then.
TEST(Overlap, BoundsCopiesOfWhatALimitOnHeldBytesDelivers) {
  TableRun run(both_bounded_by_5000());
  for (uint16_t port = 1; port <= 50; ++port) {
    run.feed(on_port(port).client(std::string(1000, 'x')));
    EXPECT_LE(run.table.window_bytes(), 5000u);
  }
  run.tick(at_ms(10'000));
  run.feed(on_port(99).syn().client("x"));
  EXPECT_LE(run.table.window_bytes(), 5000u);
  run.finish();
  EXPECT_EQ(run.texts().size(), 51u);
}

Conversation with_conflicts(uint16_t port, int count) {
  Conversation talk = on_port(port);
  talk.syn().send_at(Side::client, 2, "OOOO");
  for (int i = 0; i < count; ++i) talk.send_at(Side::client, 2, "NNNN");
  return talk.send_at(Side::client, 1, "a");
}

TEST(Overlap, ListsConflictsOfOpenFlowsWithinABudgetOfAll) {
  FlowOptions options;
  options.flow.listed = 10 * ListBudget::kConflictCost;
  TableRun run(options);
  for (uint16_t port = 1; port <= 5; ++port) {
    run.feed(with_conflicts(port, 4));
    EXPECT_LE(run.table.listed_bytes(), options.flow.listed);
  }
  EXPECT_EQ(run.table.counters().lists_cut, 3u);
  run.finish();
  EXPECT_EQ(run.table.listed_bytes(), 0u);
  const std::vector<size_t> listed = {4, 4, 2, 0, 0};
  for (size_t i = 0; i < listed.size(); ++i) {
    EXPECT_EQ(run.half(i).conflicts.size(), listed[i]) << i;
    EXPECT_EQ(run.half(i).conflict_count, 4u) << i;
  }
}

// A RST so far behind the next byte, as each kind of host takes it.
bool is_accepted(OverlapPolicy policy, uint32_t behind) {
  FlowOptions options;
  options.overlap.add(network("192.0.2.80"), policy);
  Conversation talk;
  talk.syn().client("abc").ack(Side::server).raw(Side::client, kRst, 4 + behind);
  TableRun run(options);
  run.feed(talk).finish();
  return run.half(0).end == HalfEnd::reset;
}

TEST(Overlap, PoliciesSayWhichResetAHostAccepts) {
  using P = OverlapPolicy;
  for (const P exact : {P::first, P::last, P::bsd, P::macos, P::windows, P::modern_linux}) {
    EXPECT_TRUE(is_accepted(exact, 0));
    EXPECT_FALSE(is_accepted(exact, 1));
  }
  for (const P window : {P::old_linux, P::solaris, P::irix, P::hpux10, P::win2k3, P::vista}) {
    EXPECT_TRUE(is_accepted(window, 0));
    EXPECT_TRUE(is_accepted(window, 65535));
    EXPECT_FALSE(is_accepted(window, 65536));
    EXPECT_FALSE(is_accepted(window, 0u - 1));
  }
  EXPECT_TRUE(is_accepted(P::hpux11, 0));
  EXPECT_TRUE(is_accepted(P::hpux11, 1u << 30));
  EXPECT_FALSE(is_accepted(P::hpux11, 0u - 1));
}

TEST(Overlap, PoliciesOfResetsAreThoseOfTheReceiver) {
  FlowOptions options;
  options.overlap.add(network("10.1.2.3"), OverlapPolicy::hpux11);  // sends, does not receive
  Conversation talk;
  talk.syn().client("abc").ack(Side::server).raw(Side::client, kRst, 100);
  TableRun run(options);
  run.feed(talk).finish();
  EXPECT_EQ(run.half(0).end, HalfEnd::open);
  EXPECT_EQ(run.suspects(0, Suspect::reset_in_window), 1u);
}

}  // namespace
}  // namespace tcpflow
