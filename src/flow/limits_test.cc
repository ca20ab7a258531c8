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
  EXPECT_EQ(run.table.counters().held_total_hits, 0u);
  run.feed(on_port(3).syn().client("c").lose(Side::client, 3).client(chunk));
  EXPECT_EQ(run.table.counters().held_total_hits, 1u);
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
  EXPECT_GT(run.table.counters().held_per_half_hits, 1000u);
  EXPECT_EQ(run.table.counters().held_total_hits, 0u);
  EXPECT_EQ(run.half(0).gaps.size(), options.flow.gaps_recorded);
  EXPECT_GT(run.half(0).gap_count, options.flow.gaps_recorded);
}

Conversation with_gaps(uint16_t port, int count) {
  Conversation talk = on_port(port).syn();
  for (int i = 0; i < count; ++i) talk.lose(Side::client, 2).client("x");
  return talk.ack(Side::server);
}

TEST(Limits, BoundTheListsOfGapsOfAllOpenFlowsTogether) {
  FlowOptions options;
  options.flow.listed = 5 * ListBudget::kGapCost;
  options.stream.held_per_half = 1;  // no gap is waited for
  TableRun run(options);
  run.feed(with_gaps(1, 4)).feed(with_gaps(2, 4));
  EXPECT_LE(run.table.listed_bytes(), options.flow.listed);
  EXPECT_EQ(run.table.counters().lists_cut, 1u);
  run.feed(on_port(1).rst(Side::client));
  run.tick(at_ms(10'000));
  ASSERT_EQ(run.records.records.size(), 1u) << "and gives its share back";
  run.feed(with_gaps(3, 4)).feed(with_gaps(2, 6)).finish();
  EXPECT_EQ(run.half(0).gaps.size(), 4u);
  EXPECT_EQ(run.half(1).gaps.size(), 1u) << "no later ones, for the first are listed";
  EXPECT_GE(run.half(1).gap_count, 4u);
  EXPECT_EQ(run.half(2).gaps.size(), 4u);
  EXPECT_EQ(run.table.listed_bytes(), 0u);
}

TEST(Limits, KeepNoTrailOfRandomSynsAndResetsOnOneTuple) {
  FlowOptions options;
  options.flow.linger_packets = 8;
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
  run.tick(at_ms(500));
  EXPECT_GT(run.table.held_bytes(), 0u);
  run.tick(at_ms(1500));
  EXPECT_EQ(run.table.held_bytes(), 0u);
  EXPECT_EQ(run.texts(), (Texts{"start"}));
  run.finish();
}

Conversation bare_syn(uint16_t port, int at) {
  ConversationParams params;
  params.client_port = port;
  params.start = at_ms(at);
  return Conversation(params).raw(Side::client, kSyn, 0);
}

std::vector<uint16_t> ended_ports(const TableRun& run) {
  std::vector<uint16_t> ports;
  for (const FlowRecord& record : run.records.records) {
    ports.push_back(record.half(Direction::originator).info.source_port);
  }
  return ports;
}

TEST(FlowLimits, EndTheHalfOpenConnectionThatWasIdleLongest) {
  FlowOptions options;
  options.flow.half_open = 3;
  TableRun run(options);
  run.feed(on_port(1, at_ms(0)).syn().client("stays"));
  for (const uint16_t port : {uint16_t{2}, uint16_t{3}, uint16_t{4}}) {
    run.feed(bare_syn(port, port * 10));
  }
  run.feed(bare_syn(2, 50));  // heard of again
  EXPECT_TRUE(run.records.records.empty());
  run.feed(bare_syn(5, 60)).feed(bare_syn(6, 70));
  EXPECT_EQ(ended_ports(run), (std::vector<uint16_t>{3, 4}));
  EXPECT_EQ(run.records.records[0].end, FlowEnd::evicted);
  EXPECT_EQ(run.table.counters().half_open_evicted, 2u);
  EXPECT_EQ(run.table.counters().halves, 7u);
  run.finish();
  EXPECT_EQ(run.records.records.size(), 6u);
}

TEST(FlowLimits, EndWhatIsOverThenHalfOpenThenOneSidedThenTheLongestIdle) {
  FlowOptions options;
  options.flow.flows = 5;
  TableRun run(options);
  run.feed(on_port(1, at_ms(0)).syn().client("two-sided"));
  run.feed(on_port(2, at_ms(10)).raw(Side::client, kPsh, 1, "one-sided"));
  run.feed(bare_syn(3, 20));
  run.feed(on_port(4, at_ms(30)).syn().client("over").fin());
  run.feed(on_port(5, at_ms(40)).syn().client("two-sided"));
  EXPECT_TRUE(run.records.records.empty());
  for (uint16_t port = 6; port <= 10; ++port) {
    run.feed(on_port(port, at_ms(port * 10)).syn().client("two-sided"));
    EXPECT_EQ(run.table.open_flows(), 5u);
  }
  EXPECT_EQ(ended_ports(run), (std::vector<uint16_t>{4, 3, 2, 1, 5}));
  EXPECT_EQ(run.records.records[0].end, FlowEnd::closed);
  EXPECT_EQ(run.records.records[1].end, FlowEnd::evicted);
  EXPECT_EQ(run.table.counters().flows_evicted, 5u);
  run.finish();
  EXPECT_EQ(run.texts().size(), 9u);
}

TEST(FlowLimits, LetAnEvictedConnectionGoOnAsANewFlow) {
  FlowOptions options;
  options.flow.flows = 1;
  TableRun run(options);
  Conversation talk = on_port(1);
  run.feed(talk.syn().client("before"));
  run.feed(on_port(2, at_ms(100)).syn().client("other"));
  run.feed({talk.client("after").last()}).finish();
  EXPECT_EQ(run.texts(), (Texts{"before", "other", "after"}));
  EXPECT_EQ(run.table.counters().flows_evicted, 2u);
}

TEST(FlowLimits, EndFlowsThatLiveTooLong) {
  FlowOptions options;
  options.max_lifetime = 60;
  TableRun run(options);
  Conversation talk = on_port(1);
  talk.syn();
  for (int i = 0; i < 13; ++i) talk.client("x").wait(std::chrono::seconds(10));
  run.feed(bare_syn(2, 0)).feed(talk).finish();
  EXPECT_EQ(run.texts(), (Texts{"xxxxxxxx", "xxxxx"}));
  EXPECT_EQ(run.records.records[0].end, FlowEnd::lifetime);
  EXPECT_EQ(run.records.records[1].end, FlowEnd::lifetime);
  EXPECT_EQ(run.table.counters().lifetimes_ended, 2u);
}

TEST(FlowLimits, EndBareSynsAtTheirTimeoutInTheOrderOfTheirPackets) {
  FlowOptions options;
  options.tcp_timeout = 5;
  TableRun run(options);
  std::vector<SegmentParams> all = bare_syn(1, 0).segments() +
                                   on_port(2, at_ms(1000)).syn().segments() +
                                   bare_syn(3, 2000).segments();
  for (size_t i = 0; i < all.size(); ++i) all[i].number = i + 1;
  run.feed(all).tick(at_ms(20'000));
  EXPECT_EQ(ended_ports(run), (std::vector<uint16_t>{1, 2, 3}));
  for (const FlowRecord& record : run.records.records) EXPECT_EQ(record.end, FlowEnd::timeout);
  run.finish();
}

// On a quiet input the clock moves on by itself; packets that were on their way then are older.
TEST(FlowLimits, KeepSynsSmallThatCameWhileTheClockWasAhead) {
  TableRun run;
  run.feed(bare_syn(1, 0));
  run.tick(at_ms(500));
  run.feed(bare_syn(2, 100)).feed(bare_syn(3, 200));
  EXPECT_EQ(run.table.bare_syns(), 3u);
  run.feed(bare_syn(4, 150));
  EXPECT_EQ(run.table.bare_syns(), 3u) << "out of order, so it would not be the last";
  EXPECT_EQ(run.table.open_flows(), 4u);
  run.finish();
  EXPECT_EQ(run.records.records.size(), 4u);
}

TEST(FlowLimits, GoByTheClockForASynThatIsFarBehindIt) {
  FlowOptions options;
  options.tcp_timeout = 10;
  TableRun run(options);
  run.tick(at_ms(60'000));
  run.feed(bare_syn(1, 0));
  EXPECT_TRUE(run.records.records.empty());
  EXPECT_EQ(run.table.open_flows(), 1u);
  run.finish();
}

// What the limit is for: a flood costs a few octets a SYN, and no connection that is alive.
TEST(FlowLimits, KeepAConnectionAliveThroughAFlood) {
  FlowOptions options;
  options.flow.half_open = 1000;
  TableRun run(options);
  Conversation talk = on_port(1);
  run.feed(talk.syn().client("before "));
  Conversation flood;
  std::mt19937 random(9);
  for (uint32_t i = 0; i < 20'000; ++i) {
    SegmentParams syn = flood.raw(Side::client, kSyn, static_cast<uint32_t>(random())).last();
    const auto host = static_cast<uint32_t>(random());
    std::memcpy(syn.source.octets.data(), &host, sizeof host);
    run.feed({syn});
    ASSERT_LE(run.table.open_flows(), 1001u);
  }
  run.feed({talk.client("after").last()}).finish();
  EXPECT_EQ(run.texts(), (Texts{"before after"}));
  EXPECT_EQ(run.table.counters().halves, 20'002u);
}

// Each at what it takes: a SYN little, a half with holes most.
TEST(FlowLimits, EndConnectionsThatTakeMoreThanThereIs) {
  FlowOptions options;
  options.flow.flow_cost = 1000;
  options.flow.extras_cost = 300;
  options.flow.odd_half_cost = 500;
  options.flow.bare_syn_cost = 100;
  options.flow.octets = 4000;
  TableRun run(options);
  for (uint16_t port = 1; port <= 10; ++port) run.feed(bare_syn(port, port));
  EXPECT_EQ(run.table.octets(), 1000u);
  for (uint16_t port = 11; port <= 13; ++port) {
    run.feed(on_port(port, at_ms(20)).syn().client("x"));
  }
  EXPECT_EQ(run.table.octets(), 4000u);
  EXPECT_TRUE(run.records.records.empty());
  Conversation odd = on_port(13, at_ms(20));
  run.feed({odd.syn().client("x").lose(Side::client, 3).client("y").last()});
  EXPECT_GE(run.table.octets(), 4500u) << "what a segment brings is there when the next one comes";
  run.feed({odd.client("z").last()});
  EXPECT_LE(run.table.octets(), 4000u);
  EXPECT_EQ(run.table.counters().octets_evicted, run.records.records.size());
  for (const FlowRecord& record : run.records.records) {
    EXPECT_LE(record.half(Direction::originator).info.source_port, 10u) << "half-open ones first";
    EXPECT_EQ(record.end, FlowEnd::evicted);
  }
  run.finish();
  EXPECT_EQ(run.table.octets(), 0u);
}

TEST(FlowLimits, CountWhatMakesAConnectionLarge) {
  FlowOptions options;
  options.flow.octets = 1'000'000;
  const FlowLimits& costs = options.flow;
  TableRun run(options);
  run.feed(on_port(1).syn().client("x"));
  EXPECT_EQ(run.table.octets(), costs.flow_cost);
  TableRun ipv6(options);
  ipv6.feed(Conversation(over_ipv6()).syn().client("x"));
  EXPECT_EQ(ipv6.table.octets(), costs.flow_cost + costs.wide_key_cost);
  ipv6.finish();
  run.finish();
}

TEST(FlowLimits, StayWithinTheirOctetsWhateverComes) {
  FlowOptions options;
  options.flow.octets = 100'000;
  TableRun run(options);
  std::mt19937 random(4);
  for (int i = 0; i < 3000; ++i) {
    Conversation talk = on_port(static_cast<uint16_t>(random() % 500), at_ms(i));
    talk.syn().client("a");
    if (random() % 2 == 0) talk.lose(Side::client, 5).client("b");
    if (random() % 3 == 0) talk.fin();
    run.feed(talk);
    ASSERT_LE(run.table.octets(), 100'000u + 3 * 2000u);
  }
  EXPECT_GT(run.table.counters().octets_evicted, 100u);
  run.finish();
  EXPECT_EQ(run.table.octets(), 0u);
}

TEST(FlowLimits, CountTheFlowsThatCouldNotLinger) {
  FlowOptions options;
  std::vector<SegmentParams> all;
  for (uint16_t port = 1; port <= 5; ++port) {
    all = all + on_port(port).syn().client("x").fin().segments();
  }
  options.flow.linger_packets = 2 * all.size() / 5;
  for (size_t i = 0; i < all.size(); ++i) all[i].number = i + 1;
  TableRun run(options);
  run.feed(all);
  EXPECT_EQ(run.table.counters().lingering_cut, 3u);
  auto later = on_port(9, at_ms(60'000)).syn().segments();
  later[0].number = all.size() + 1;
  run.feed({later[0]});
  EXPECT_EQ(run.table.counters().lingering_cut, 3u) << "the others had their time";
  run.finish();
}

TEST(FlowCounters, AddUpWhatTheFlowsCameTo) {
  TableRun run;
  run.feed(on_port(1).syn().client("abc").lose(Side::client, 5).client("def").fin());
  run.feed(on_port(2).syn().client("x").raw(Side::client, kRst, 500'000).rst(Side::client));
  run.finish();
  const FlowCounters& totals = run.table.counters();
  const auto ended = [&totals](HalfEnd why) { return totals.ends[static_cast<size_t>(why)]; };
  EXPECT_EQ(totals.stream_bytes, 7u);
  EXPECT_EQ(totals.gaps, 1u);
  EXPECT_EQ(totals.gap_bytes, 5u);
  EXPECT_EQ(totals.missing_by_reason[static_cast<size_t>(GapReason::not_captured)], 5u);
  EXPECT_EQ(ended(HalfEnd::fin), 1u);
  EXPECT_EQ(ended(HalfEnd::fin_gap), 1u);
  EXPECT_EQ(ended(HalfEnd::reset), 1u);
  EXPECT_EQ(ended(HalfEnd::open), 1u);
  EXPECT_EQ(totals.suspects[static_cast<size_t>(Suspect::reset_out_of_window)], 1u);
}

}  // namespace
}  // namespace tcpflow
