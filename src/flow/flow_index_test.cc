#include "flow/flow_index.h"

#include <gtest/gtest.h>

#include <bit>
#include <random>
#include <set>

#include "flow/flow_list.h"

namespace tcpflow {
namespace {

// The multiplications of the hash must have nothing known on either side: a sender who makes one
// factor zero makes all hashes alike.
TEST(KeyHasher, HasNoFactorThatASenderCanMakeZero) {
  constexpr uint64_t kGolden = 0x9e3779b97f4a7c15;
  constexpr uint64_t kPi = 0x243f6a8885a308d3;
  for (const uint64_t seed : {uint64_t{0}, uint64_t{987654321}}) {
    const KeyHasher hash(seed);
    std::set<uint64_t> hashes;
    FlowKey key;
    key.low.family = key.high.family = Family::ipv6;
    for (const uint64_t fixed : {uint64_t{0}, kGolden, kPi}) {
      std::memcpy(key.high.octets.data(), &kGolden, 8);
      std::memcpy(key.low.octets.data() + 8, &fixed, 8);
      for (uint64_t host = 0; host < 1000; ++host) {
        std::memcpy(key.low.octets.data(), &host, 8);
        hashes.insert(hash(key));
      }
    }
    EXPECT_EQ(hashes.size(), 3000u);
  }
}

TEST(KeyHasher, MovesAboutHalfOfItsBitsForEveryBitOfTheKey) {
  const KeyHasher hash(42);
  FlowKey key;
  key.low.family = key.high.family = Family::ipv6;
  const uint64_t before = hash(key);
  for (size_t bit = 0; bit < 128; ++bit) {
    for (IpAddress FlowKey::*side : {&FlowKey::low, &FlowKey::high}) {
      FlowKey other = key;
      (other.*side).octets[bit / 8] ^= static_cast<uint8_t>(1u << bit % 8);
      const int moved = std::popcount(before ^ hash(other));
      EXPECT_GT(moved, 10) << bit;
      EXPECT_LT(moved, 54) << bit;
    }
  }
}

struct Flows {
  TcpFlow* make(uint16_t port) {
    KeyedSender sender;
    sender.key.low_port = port;
    all.push_back(std::make_unique<TcpFlow>(context, sender, FlowBirth{port, 0}));
    return all.back().get();
  }
  FlowOptions options;
  std::vector<ConsumerFactory*> factories;
  Moment now;
  FlowContext context{options, factories, now, {}, {}};
  std::vector<std::unique_ptr<TcpFlow>> all;
};

TEST(FlowIndex, FindsWhatIsThereAfterAnyMixOfInsertsAndErases) {
  Flows flows;
  FlowIndex index(12345);
  std::vector<TcpFlow*> by_port(6000);
  std::mt19937 random(3);
  for (int step = 0; step < 40000; ++step) {
    const auto port = static_cast<uint16_t>(random() % by_port.size());
    if (by_port[port] == nullptr) {
      by_port[port] = flows.make(port);
      index.insert(*by_port[port]);
    } else {
      index.erase(*by_port[port]);
      by_port[port] = nullptr;
    }
  }
  size_t there = 0;
  for (size_t port = 0; port < by_port.size(); ++port) {
    FlowKey key;
    key.low_port = static_cast<uint16_t>(port);
    ASSERT_EQ(index.find(key), by_port[port]);
    there += by_port[port] != nullptr;
  }
  EXPECT_EQ(index.size(), there);
}

TEST(FlowIndex, MovesAFlowToTheFrontOfItsChain) {
  Flows flows;
  FlowIndex index(1);
  TcpFlow* const a = flows.make(1);
  TcpFlow* const b = flows.make(1);
  TcpFlow* const c = flows.make(1);
  for (TcpFlow* flow : {a, b, c}) index.insert(*flow);
  for (TcpFlow* flow : {b, b, c, a, b}) {
    index.move_to_front(*flow);
    EXPECT_EQ(index.find(flow->key()), flow);
    for (TcpFlow* other : {a, b, c}) EXPECT_TRUE(index.holds(*other));
  }
  EXPECT_EQ(b->on_other_vlan, a);
  EXPECT_EQ(a->on_other_vlan, c);
  EXPECT_EQ(c->on_other_vlan, nullptr);
}

TEST(FlowList, KeepsTheOrderOfAge) {
  Flows flows;
  FlowList<&TcpFlow::by_idle> list;
  TcpFlow* a = flows.make(1);
  TcpFlow* b = flows.make(2);
  TcpFlow* c = flows.make(3);
  for (TcpFlow* flow : {a, b, c}) list.push_back(*flow);
  list.move_to_back(*a);
  EXPECT_EQ(list.front(), b);
  list.remove(*b);
  list.remove(*b);
  EXPECT_EQ(list.front(), c);
  EXPECT_EQ(list.after(*c), a);
  EXPECT_EQ(list.size(), 2u);
}

}  // namespace
}  // namespace tcpflow
