// Connections in tunnels.
#include <gtest/gtest.h>

#include "flow/flow_test_support.h"

namespace tcpflow {
namespace {

using test::Conversation;
using test::ip;
using test::SegmentParams;
using test::Texts;

Encapsulation vxlan(uint32_t network) {
  Encapsulation path;
  path.add({TunnelKind::vxlan, network, ip("10.0.0.1"), ip("10.0.0.2")});
  return path;
}

// Feeds segments as if they had come through `path`.
void feed(test::TableRun& run, const std::vector<SegmentParams>& segments,
          const Encapsulation& path) {
  const PathHasher hash(1);
  for (const SegmentParams& params : segments) {
    Segment segment = run.store.make(params);
    const Encapsulation borrowed = path;  // gone after the call, as in the decoder
    segment.path = &borrowed;
    segment.path_key = hash(path);
    run.table.on_segment(segment);
  }
}

TEST(TunnelledFlows, AreApartThoughTheirAddressesArePrivateAndAlike) {
  const std::vector<SegmentParams> one = Conversation().syn().client("one").fin().segments();
  const std::vector<SegmentParams> two = Conversation().syn().client("two").fin().segments();
  const std::vector<SegmentParams> bare = Conversation().syn().client("bare").fin().segments();
  test::TableRun run;
  for (size_t i = 0; i < one.size(); ++i) {
    feed(run, {one[i]}, vxlan(1));
    feed(run, {two[i]}, vxlan(2));
    run.feed({bare[i]});
  }
  run.finish();
  EXPECT_EQ(run.texts(), (Texts{"one", "two", "bare"}));
  ASSERT_EQ(run.records.records.size(), 3u);
  EXPECT_EQ(run.half(0).info.encapsulation, "vxlan 10.0.0.1-10.0.0.2 vni 1");
  EXPECT_EQ(run.half(0, Direction::responder).info.encapsulation, run.half(0).info.encapsulation);
  EXPECT_EQ(run.half(1).info.encapsulation, "vxlan 10.0.0.1-10.0.0.2 vni 2");
  EXPECT_EQ(run.half(2).info.encapsulation, "");
}

TEST(TunnelledFlows, KeepTheirPathWhenADoubtfulSynTurnsOutReal) {
  Conversation first;
  first.syn().client("first-conn");
  test::ConversationParams params;
  params.client_isn = 900'000'000;
  params.server_isn = 700'000;
  params.start = first.now();
  Conversation second(params);
  second.syn().client("second-conn").fin();
  test::TableRun run;
  feed(run, first.segments(), vxlan(7));
  feed(run, second.segments(), vxlan(7));
  run.finish();
  EXPECT_EQ(run.texts(), (Texts{"first-conn", "second-conn"}));
  EXPECT_EQ(run.half(1).info.encapsulation, "vxlan 10.0.0.1-10.0.0.2 vni 7");
}

}  // namespace
}  // namespace tcpflow
