#include "engine/shard_map.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace tcpflow {
namespace {

IpAddress host(uint8_t last) {
  const uint8_t octets[] = {10, 0, 0, last};
  return IpAddress::v4(octets);
}

TEST(ShardMap, GivesBothDirectionsToOneShard) {
  ShardMap map(7);
  const IpAddress a = host(1);
  const IpAddress b = host(2);
  for (uint16_t port = 1; port < 2000; ++port) {
    const size_t there = map.shard_of({a, b, port, 80}, 100);
    EXPECT_EQ(map.shard_of({b, a, 80, port}, 1500), there);
  }
}

TEST(ShardMap, SpreadsFewLongFlowsEvenly) {
  for (const size_t shards : {size_t{2}, size_t{4}, size_t{8}}) {
    ShardMap map(shards);
    const IpAddress a = host(1);
    const IpAddress b = host(2);
    std::vector<size_t> flows(shards);
    for (uint16_t port = 0; port < 8; ++port) ++flows[map.shard_of({a, b, port, 80}, 60)];
    EXPECT_EQ(*std::max_element(flows.begin(), flows.end()), 8 / shards);
  }
}

// One that is over must not keep its shard free for long.
TEST(ShardMap, ForgetsWhatALongFlowCost) {
  ShardMap map(2);
  const IpAddress a = host(1);
  const IpAddress b = host(2);
  const size_t first = map.shard_of({a, b, 1, 80}, 60);
  for (int i = 0; i < 200'000; ++i) map.shard_of({a, b, 1, 80}, 1500);
  std::set<size_t> later;
  for (uint16_t port = 100; port < 20'000; ++port) {
    later.insert(map.shard_of({a, b, port, 80}, 1500));
  }
  EXPECT_TRUE(later.contains(first));
}

TEST(ShardMap, SpreadsManyFlowsEvenly) {
  ShardMap map(4);
  const IpAddress a = host(1);
  std::vector<size_t> packets(4);
  for (uint32_t i = 0; i < 100'000; ++i) {
    const IpAddress b = host(static_cast<uint8_t>(i));
    ++packets[map.shard_of({a, b, static_cast<uint16_t>(i >> 4), 80}, 100)];
  }
  for (const size_t count : packets) EXPECT_NEAR(static_cast<double>(count), 25'000, 1'500);
}

}  // namespace
}  // namespace tcpflow
