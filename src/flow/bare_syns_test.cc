#include "flow/bare_syns.h"

#include <random>

#include "flow/flow_test_support.h"

namespace tcpflow {
namespace {

using namespace test;
using namespace tcp_flag;

BareSyn syn_of(uint32_t number) {
  BareSyn syn;
  std::memcpy(syn.key.low.octets.data(), &number, sizeof number);
  syn.key.high.octets = {10, 9, 8, 7};
  syn.key.low_port = static_cast<uint16_t>(number * 7);
  syn.key.high_port = 443;
  syn.sender_is_low = number % 2 != 0;
  syn.isn = number * 2'654'435'761u;
  syn.packet = {uint64_t{number} + (uint64_t{1} << 40), at_ms(number)};
  syn.session = number + 1;
  syn.flow_number = number + 2;
  syn.link.vlan = static_cast<uint16_t>(number % 5);
  syn.wire_length = 60 + number % 7;
  syn.captured_length = 54;
  return syn;
}

void expect_same(const BareSyn& a, const BareSyn& b) {
  EXPECT_EQ(a.key, b.key);
  EXPECT_EQ(a.sender_is_low, b.sender_is_low);
  EXPECT_EQ(a.isn, b.isn);
  EXPECT_EQ(a.packet.number, b.packet.number);
  EXPECT_EQ(a.packet.time, b.packet.time);
  EXPECT_EQ(a.session, b.session);
  EXPECT_EQ(a.flow_number, b.flow_number);
  EXPECT_EQ(a.link, b.link);
  EXPECT_EQ(a.wire_length, b.wire_length);
  EXPECT_EQ(a.captured_length, b.captured_length);
}

TEST(BareSyns, GiveBackWhatTheyWereGiven) {
  BareSyns syns(3);
  ASSERT_TRUE(syns.add(syn_of(1)));
  ASSERT_TRUE(syns.add(syn_of(2)));
  EXPECT_FALSE(syns.take(syn_of(3).key));
  const std::optional<BareSyn> taken = syns.take(syn_of(2).key);
  ASSERT_TRUE(taken);
  expect_same(*taken, syn_of(2));
  EXPECT_FALSE(syns.take(syn_of(2).key));
  EXPECT_EQ(syns.first().number, syn_of(1).packet.number);
  expect_same(syns.take_first(), syn_of(1));
  EXPECT_TRUE(syns.is_empty());
}

TEST(BareSyns, KeepTheirOrderAfterAnyMixOfAddsAndTakes) {
  BareSyns syns(7);
  std::vector<uint32_t> model;
  std::mt19937 random(5);
  uint32_t next = 1;
  for (int step = 0; step < 60'000; ++step) {
    const auto dice = random() % 8;
    if (dice < 4 || model.empty()) {
      ASSERT_TRUE(syns.add(syn_of(next)));
      model.push_back(next++);
    } else if (dice < 7) {
      const auto at = model.begin() + static_cast<ptrdiff_t>(random() % model.size());
      const std::optional<BareSyn> taken = syns.take(syn_of(*at).key);
      ASSERT_TRUE(taken);
      ASSERT_EQ(taken->isn, syn_of(*at).isn);
      model.erase(at);
    } else {
      ASSERT_EQ(syns.first().number, syn_of(model.front()).packet.number);
      ASSERT_EQ(syns.take_first().isn, syn_of(model.front()).isn);
      model.erase(model.begin());
    }
    ASSERT_EQ(syns.size(), model.size());
  }
  for (const uint32_t number : model) ASSERT_EQ(syns.take_first().isn, syn_of(number).isn);
}

TEST(BareSyns, RefuseWhatDoesNotFitIntoARecord) {
  BareSyns syns(1);
  BareSyn syn = syn_of(1);
  syn.wire_length = 70'000;
  EXPECT_FALSE(syns.add(syn));
  syn = syn_of(1);
  syn.flow_number = uint64_t{1} << 32;
  EXPECT_FALSE(syns.add(syn));
  EXPECT_TRUE(syns.is_empty());
}

BareSyn with_own_link(uint32_t number) {
  BareSyn syn = syn_of(number);
  std::memcpy(syn.link.source_mac.octets.data(), &number, sizeof number);
  return syn;
}

TEST(BareSyns, ForgetLinksThatNoneOfThemHas) {
  BareSyns syns(1);
  constexpr uint32_t kAtATime = 70'000;
  for (uint32_t i = 0; i < 100'000; ++i) {
    ASSERT_TRUE(syns.add(with_own_link(i))) << "however many links there are";
    if (i >= kAtATime) expect_same(syns.take_first(), with_own_link(i - kAtATime));
  }
  EXPECT_EQ(syns.links(), kAtATime);
  while (!syns.is_empty()) syns.take_first();
  EXPECT_EQ(syns.links(), 0u);
}

TEST(BareSyns, KeepALinkAsLongAsOneOfThemHasIt) {
  BareSyns syns(1);
  for (const uint32_t number : {5u, 10u, 6u}) ASSERT_TRUE(syns.add(syn_of(number)));
  EXPECT_EQ(syns.links(), 2u);
  ASSERT_TRUE(syns.take(syn_of(5).key));
  ASSERT_TRUE(syns.take(syn_of(6).key));  // the last record is a hole, and its link is free
  ASSERT_TRUE(syns.add(syn_of(7)));
  ASSERT_TRUE(syns.add(syn_of(11)));
  EXPECT_EQ(syns.links(), 3u);
  expect_same(*syns.take(syn_of(10).key), syn_of(10));
  expect_same(*syns.take(syn_of(11).key), syn_of(11));
  expect_same(*syns.take(syn_of(7).key), syn_of(7));
}

TEST(BareSyns, AreOnlyPlainSynsOfClients) {
  SegmentStore store;
  SegmentParams params;
  params.tcp.flags = kSyn;
  EXPECT_TRUE(is_bare_syn(store.make(params)));
  params.tcp.flags = kSyn | kAck;
  EXPECT_FALSE(is_bare_syn(store.make(params)));
  EXPECT_FALSE(is_bare_syn(store.make(Conversation().raw(Side::client, kSyn, 0, "x").last())));
  EXPECT_FALSE(
      is_bare_syn(store.make(Conversation(over_ipv6()).raw(Side::client, kSyn, 0).last())));
}

// A connection reads the same, whether its SYN waited as a record or in a flow.
TEST(BareSyns, BecomeTheFlowsThatTheyStoodFor) {
  TableRun run;
  const Conversation talk = Conversation().syn().client("request").server("reply").fin();
  run.feed({talk.segments().front()});
  EXPECT_EQ(run.table.open_flows(), 1u);
  EXPECT_EQ(run.table.counters().halves, 1u);
  EXPECT_EQ(run.table.counters().packets, 1u);
  const std::vector<SegmentParams> all = talk.segments();
  run.feed(std::vector<SegmentParams>(all.begin() + 1, all.end())).finish();
  EXPECT_EQ(run.texts(), (Texts{"request", "reply"}));
  const HalfRecord& client = run.half(0);
  EXPECT_EQ(client.info.role, Role::client);
  EXPECT_EQ(client.info.start, all.front().time);
  EXPECT_EQ(client.info.flow_number, 0u);
  EXPECT_EQ(run.half(0, Direction::responder).info.flow_number, 1u);
  EXPECT_EQ(client.packets + run.half(0, Direction::responder).packets, all.size());
  EXPECT_EQ(client.end, HalfEnd::fin);
  EXPECT_EQ(run.table.counters().halves, 2u);
  EXPECT_EQ(run.table.counters().connections, 1u);
}

TEST(BareSyns, AreReportedInTheOrderOfTheirPackets) {
  TableRun run;
  uint64_t number = 0;
  for (uint16_t port = 1; port <= 9; ++port) {
    ConversationParams params;
    params.client_port = port;
    params.start = at_ms(port * 10);
    Conversation talk(params);
    talk.raw(Side::client, kSyn, 0);
    if (port % 3 == 0) talk.raw(Side::client, kSyn, 0);  // a repetition makes a flow of it
    for (SegmentParams syn : talk.segments()) {
      syn.number = ++number;
      run.feed({syn});
    }
  }
  run.finish();
  ASSERT_EQ(run.records.records.size(), 9u);
  for (size_t i = 0; i < 9; ++i) {
    EXPECT_EQ(run.half(i).info.source_port, i + 1);
    EXPECT_EQ(run.half(i).packets, i % 3 == 2 ? 2u : 1u);
    EXPECT_EQ(run.records.records[i].end, FlowEnd::capture_end);
  }
}

// They are told of from where they are kept, among connections that are more.
TEST(BareSyns, EndWithTheCaptureInTheOrderOfTheirPackets) {
  TableRun run;
  std::vector<SegmentParams> all;
  for (uint16_t port = 1; port <= 9; ++port) {
    ConversationParams params;
    params.client_port = port;
    params.start = at_ms(port * 10);
    Conversation talk(params);
    talk.syn();
    if (port % 3 == 0) talk.client("x");
    all = all + talk.segments();
  }
  for (size_t i = 0; i < all.size(); ++i) all[i].number = i + 1;
  run.feed(all).finish();
  ASSERT_EQ(run.records.records.size(), 9u);
  for (uint16_t port = 1; port <= 9; ++port) {
    const FlowRecord& record = run.records.records[port - 1u];
    EXPECT_EQ(record.half(Direction::originator).info.source_port, port);
    EXPECT_EQ(record.end, FlowEnd::capture_end);
  }
}

}  // namespace
}  // namespace tcpflow
