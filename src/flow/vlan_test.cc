// Connections on VLANs: tenants stay apart, routers do not part them.
#include "flow/flow_test_support.h"

namespace tcpflow {
namespace {

using namespace test;
using namespace tcp_flag;

void feed_on(TableRun& run, uint16_t vlan, const std::vector<SegmentParams>& segments) {
  for (const SegmentParams& params : segments) {
    Segment segment = run.store.make(params);
    segment.link.vlan = vlan;
    segment.link.vlans.add(vlan);
    run.table.on_segment(segment);
  }
  run.end_batch();
}

// Each side of the connection on a VLAN of its own.
void feed_routed(TableRun& run, const std::vector<SegmentParams>& segments) {
  for (const SegmentParams& params : segments) {
    feed_on(run, params.tcp.source_port == 80 ? 20 : 10, {params});
  }
}

Conversation tenant(uint32_t isn, std::string_view text) {
  ConversationParams params;
  params.client_isn = isn;
  params.server_isn = isn + 500'000'000;
  return Conversation(params).syn().client(text).server("reply to " + std::string(text)).fin();
}

// One segment of each in turn, on VLANs 1, 2, ...
void feed_side_by_side(TableRun& run, const std::vector<Conversation>& talks) {
  for (size_t i = 0; i < talks.front().segments().size(); ++i) {
    for (size_t vlan = 0; vlan < talks.size(); ++vlan) {
      feed_on(run, static_cast<uint16_t>(vlan + 1), {talks[vlan].segments()[i]});
    }
  }
}

TEST(Vlans, KeepTenantsWithTheSameAddressesApart) {
  TableRun run;
  feed_side_by_side(run, {tenant(1000, "one"), tenant(900'000'000, "two")});
  run.finish();
  EXPECT_EQ(run.texts(), (Texts{"one", "reply to one", "two", "reply to two"}));
  EXPECT_EQ(run.table.counters().connections, 2u);
}

TEST(Vlans, MayDifferBetweenTheDirections) {
  TableRun run;
  feed_routed(run, tenant(1000, "one").segments());
  run.finish();
  EXPECT_EQ(run.texts(), (Texts{"one", "reply to one"}));
  EXPECT_EQ(run.table.counters().connections, 1u);
}

// The flow that a jump begins is the same connection, wherever its other side is seen.
TEST(Vlans, OfAConnectionAreKnownAfterAJump) {
  FlowOptions options;
  options.max_jump = 2'000'000;
  TableRun run(options);
  Conversation talk;
  talk.syn().client("one").server("two").raw(Side::client, kAck, 3'000'000, "far");
  talk.raw(Side::client, kAck, 3'000'003, "ther").server("three");
  std::vector<SegmentParams> segments = talk.segments();
  // It lags behind by more than tells a connection on another VLAN.
  segments.back().tcp.sequence += 1'500'000;
  feed_routed(run, segments);
  run.finish();
  EXPECT_EQ(run.texts(), (Texts{"one", "two[1500000 not captured]three", "farther"}));
}

TEST(Vlans, MayDifferBetweenTheDirectionsOfAConnectionWhoseStartIsMissing) {
  Conversation talk;
  talk.client("request").server("reply").ack(Side::client).client("more").server("done");
  TableRun run;
  feed_routed(run, talk.segments());
  run.finish();
  EXPECT_EQ(run.texts(), (Texts{"requestmore", "replydone"}));
  EXPECT_EQ(run.table.counters().connections, 1u);
}

TEST(Vlans, MayChangeWithinAConnection) {
  const std::vector<SegmentParams> all = tenant(1000, "one").segments();
  TableRun run;
  for (size_t i = 0; i < all.size(); ++i) feed_on(run, i < 4 ? 10 : 30, {all[i]});
  run.finish();
  EXPECT_EQ(run.texts(), (Texts{"one", "reply to one"}));
  EXPECT_EQ(run.table.counters().connections, 1u);
}

TEST(Vlans, ShowTheSamePacketsTwiceOnBothSidesOfARouter) {
  const std::vector<SegmentParams> all = tenant(1000, "one").segments();
  TableRun run;
  for (const SegmentParams& params : all) {
    feed_on(run, 10, {params});
    feed_on(run, 20, {params});
  }
  run.finish();
  EXPECT_EQ(run.texts(), (Texts{"one", "reply to one"}));
  EXPECT_EQ(run.table.counters().connections, 1u);
}

TEST(Vlans, DoNotPartFlowsWhereTheyAreMerged) {
  FlowOptions options;
  options.merge_vlans = true;
  TableRun run(options);
  feed_on(run, 1, Conversation().syn().client("one ").segments());
  Conversation talk;
  talk.syn().lose(Side::client, 5'000'000).client("far");
  feed_on(run, 2, {talk.last()});
  run.finish();
  EXPECT_EQ(run.table.counters().connections, 1u);
}

TEST(Vlans, EachHaveTheirNextConnectionOnTheSamePorts) {
  TableRun run;
  feed_side_by_side(run, {tenant(1000, "one"), tenant(900'000'000, "two")});
  feed_side_by_side(run, {tenant(2'000'000, "three"), tenant(950'000'000, "four")});
  run.finish();
  EXPECT_EQ(run.texts(), (Texts{"one", "reply to one", "two", "reply to two", "three",
                                "reply to three", "four", "reply to four"}));
  EXPECT_EQ(run.table.counters().connections, 4u);
}

// Far more tenants than are busy at a time, each in turn.
TEST(Vlans, KeepHundredsOfTenantsApart) {
  std::vector<Conversation> talks;
  Texts texts;
  for (uint32_t i = 0; i < 200; ++i) {
    const std::string text = "tenant " + std::to_string(i);
    talks.push_back(tenant(1000 + i * 20'000'000, text));
    texts.push_back(text);
    texts.push_back("reply to " + text);
  }
  TableRun run;
  feed_side_by_side(run, talks);
  run.finish();
  EXPECT_EQ(run.texts(), texts);
  EXPECT_EQ(run.table.counters().vlans_evicted, 0u);
}

void pass_linger(TableRun& run) { run.tick(at_ms(10'000)); }

// A connection seen from its middle on.
std::vector<SegmentParams> middle_of(uint32_t isn, std::string_view text) {
  ConversationParams params;
  params.client_isn = isn;
  params.start = at_ms(11'000);
  Conversation talk(params);
  for (const char c : text) talk.client(std::string(1, c));
  return talk.segments();
}

TEST(Vlans, OfAnotherTenantAreNoPlaceForStragglersOfAClosedConnection) {
  TableRun run;
  feed_on(run, 10, tenant(1000, "a connection that is over").segments());
  pass_linger(run);
  feed_on(run, 20, middle_of(1000, "tenant 20"));
  run.finish();
  EXPECT_EQ(run.texts().back(), "tenant 20");
  EXPECT_EQ(run.table.counters().stragglers, 0u);
}

TEST(Vlans, OfAClosedConnectionAreKnownToBothItsDirections) {
  TableRun run;
  feed_routed(run, tenant(1000, "over").segments());
  pass_linger(run);
  feed_on(run, 10, middle_of(1000, "over"));
  feed_on(run, 20, middle_of(1000, "over"));
  feed_on(run, 30, middle_of(1000, "over"));
  run.finish();
  EXPECT_EQ(run.table.counters().stragglers, 8u);
  EXPECT_EQ(run.texts(), (Texts{"over", "reply to over", "over"}));
}

TEST(Vlans, OfAnotherTenantGiveANewConnectionNothingToMistakeItsBytesFor) {
  TableRun run;
  feed_on(run, 10, tenant(1000, "a connection that is over").segments());
  pass_linger(run);
  ConversationParams params;
  params.client_isn = 1004;
  params.start = at_ms(11'000);
  Conversation talk(params);
  feed_on(run, 20, {talk.raw(Side::server, kSyn | kAck, 0).last()});
  feed_on(run, 20, {talk.raw(Side::client, kAck, 1, "tenant 20").last()});
  run.finish();
  EXPECT_EQ(run.texts().back(), "tenant 20");
}

TEST(Vlans, AreIgnoredWhereTheyAreMergedAlsoOfClosedConnections) {
  FlowOptions options;
  options.merge_vlans = true;
  TableRun run(options);
  feed_on(run, 10, tenant(1000, "over").segments());
  pass_linger(run);
  feed_on(run, 20, middle_of(1000, "over"));
  run.finish();
  EXPECT_EQ(run.table.counters().stragglers, 4u);
}

TEST(Vlans, AreBoundedForOnePairOfAddresses) {
  FlowOptions options;
  options.flow.vlans_per_key = 3;
  TableRun run(options);
  for (uint16_t vlan = 1; vlan <= 5; ++vlan) {
    ConversationParams params;
    params.client_isn = vlan * 100'000'000u;
    params.start = at_ms(vlan * 100);
    feed_on(run, vlan, Conversation(params).syn().client("x").segments());
    EXPECT_LE(run.table.open_flows(), 3u);
  }
  ASSERT_EQ(run.records.records.size(), 2u);
  EXPECT_EQ(run.records.records[0].end, FlowEnd::evicted);
  EXPECT_EQ(run.half(0).info.link.vlan, 1);
  EXPECT_EQ(run.half(1).info.link.vlan, 2);
  EXPECT_EQ(run.table.counters().vlans_evicted, 2u);
  EXPECT_EQ(run.table.counters().flows_evicted, 0u);
  run.finish();
}

}  // namespace
}  // namespace tcpflow
