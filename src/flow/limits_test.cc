// What is kept is bounded, whatever comes (design rule 11).
#include <random>

#include "flow/flow_test_support.h"

namespace tcpflow {
namespace {

using namespace test;
using namespace tcp_flag;

Conversation on_port(uint16_t port, Timestamp start = at_ms(0)) {
  ConversationParams params;
  params.client_port = port;
  params.start = start;
  return Conversation(params);
}

TEST(Limits, LetTheFlowThatWasIdleLongestGiveUpWhatItHolds) {
  FlowOptions options;
  options.stream.held_total = 10'000;
  TableRun run(options);
  const std::string chunk(4000, 'x');
  run.feed(on_port(1).syn().client("a").lose(Side::client, 3).client(chunk));
  run.feed(on_port(2).syn().client("b").lose(Side::client, 3).client(chunk));
  EXPECT_EQ(run.table.counters().held_limit_hits, 0u);
  run.feed(on_port(3).syn().client("c").lose(Side::client, 3).client(chunk));
  EXPECT_EQ(run.table.counters().held_limit_hits, 1u);
  EXPECT_EQ(run.files.flows[0].half(Direction::originator).marked, "a[3 limit]" + chunk);
  EXPECT_EQ(run.files.flows[1].originator(), "b");
  EXPECT_EQ(run.files.flows[2].originator(), "c");
  EXPECT_GT(run.table.counters().most_held, 10'000u);
  EXPECT_LE(run.table.held_bytes(), 10'000u);
  run.finish();
}

TEST(Limits, SpareAFlowThatWasHeardOfSince) {
  FlowOptions options;
  options.stream.held_total = 10'000;
  TableRun run(options);
  const std::string chunk(4000, 'x');
  Conversation first = on_port(1);
  run.feed(first.syn().client("a").lose(Side::client, 3).client(chunk));
  run.feed(on_port(2).syn().client("b").lose(Side::client, 3).client(chunk));
  run.feed({first.ack(Side::client).last()});
  run.feed(on_port(3).syn().client("c").lose(Side::client, 3).client(chunk));
  EXPECT_EQ(run.files.flows[0].originator(), "a");
  EXPECT_EQ(run.files.flows[1].half(Direction::originator).marked, "b[3 limit]" + chunk);
  run.finish();
}

TEST(Limits, HoldForStartsOfHalvesToo) {
  FlowOptions options;
  options.stream.held_total = 100'000;
  TableRun run(options);
  for (uint16_t port = 1; port <= 500; ++port) {
    run.feed(on_port(port).client(std::string(1000, 'x')));
    EXPECT_LE(run.table.held_bytes(), options.stream.held_total);
  }
  EXPECT_GE(run.files.flows.size(), 400u);  // what was let go of is out
  run.finish();
  EXPECT_EQ(run.table.counters().gap_bytes, 0u);
}

TEST(Limits, HoldForDoubtfulSynsToo) {
  FlowOptions options;
  options.stream.held_total = 100'000;
  TableRun run(options);
  for (uint16_t port = 1; port <= 500; ++port) {
    Conversation talk = on_port(port);
    talk.syn().client("data").raw(Side::client, kSyn, 99'999, std::string(1000, 's'));
    run.feed(talk);
    EXPECT_LE(run.table.held_bytes(), options.stream.held_total);
  }
  run.finish();
  EXPECT_EQ(run.table.counters().connections, 500u);
}

TEST(Limits, KeepOneDoubtfulSynOfAnyNumber) {
  TableRun run;
  Conversation talk;
  talk.syn().client("data-");
  std::mt19937 random(3);
  for (int i = 0; i < 2000; ++i)
    talk.raw(Side::client, kSyn, static_cast<uint32_t>(random()), "payload of a SYN");
  run.feed(talk);
  EXPECT_LE(run.table.held_bytes(), 1000u);
  run.feed({talk.client("goes on").last()}).finish();
  EXPECT_EQ(run.texts(), (Texts{"data-goes on"}));
  EXPECT_EQ(run.table.counters().connections, 1u);
}

TEST(Limits, BoundIslandsOfOneByte) {
  FlowOptions options;
  options.stream.held_per_half = 100'000;
  TableRun run(options);
  Conversation talk;
  talk.syn();
  for (uint32_t i = 1; i < 5000; ++i) {
    talk.raw(i % 2 != 0 ? Side::client : Side::server, kAck, 1 + 2 * i, "x");
  }
  for (const SegmentParams& params : talk.segments()) {
    run.feed({params});
    EXPECT_LE(run.table.held_bytes(), 200'000u);
  }
  run.finish();
  EXPECT_EQ(run.half(0).gaps.size(), options.flow.gaps_recorded);
  EXPECT_GT(run.half(0).gap_count, options.flow.gaps_recorded);
}

TEST(Limits, KeepNoTrailOfRandomSynsAndResetsOnOneTuple) {
  FlowOptions options;
  options.flow.lingering = 8;
  TableRun run(options);
  std::mt19937 random(5);
  Conversation talk;
  talk.syn().client("x");
  constexpr std::array<uint8_t, 6> kFlags = {kSyn,        kSyn | kAck, kRst,
                                             kRst | kAck, kFin | kAck, kAck};
  for (int i = 0; i < 5000; ++i) {
    const Side side = (random() & 1) != 0 ? Side::client : Side::server;
    talk.raw(side, kFlags[random() % kFlags.size()], static_cast<uint32_t>(random() % 3000),
             std::string(random() % 4, 'y'));
  }
  run.feed(talk);
  EXPECT_LE(run.table.open_flows(), 2u);
  EXPECT_LE(run.table.held_bytes(), 200'000u);
  run.finish();
}

// Held bytes of silent flows go when real time shows that theirs is over.
TEST(Limits, LetTimeAloneFreeAHeldStart) {
  TableRun run;
  run.feed(on_port(1).client("start"));
  EXPECT_GT(run.table.held_bytes(), 0u);
  run.table.advance(at_ms(500));
  EXPECT_GT(run.table.held_bytes(), 0u);
  run.table.advance(at_ms(1500));
  EXPECT_EQ(run.table.held_bytes(), 0u);
  EXPECT_EQ(run.texts(), (Texts{"start"}));
  run.finish();
}

}  // namespace
}  // namespace tcpflow
