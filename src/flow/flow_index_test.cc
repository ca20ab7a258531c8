#include "flow/flow_index.h"

#include <gtest/gtest.h>

#include <random>

#include "flow/flow_list.h"

namespace tcpflow {
namespace {

struct Flows {
  TcpFlow* make(uint16_t port) {
    KeyedSender sender;
    sender.key.low_port = port;
    all.push_back(std::make_unique<TcpFlow>(context, sender, port, 0));
    return all.back().get();
  }
  FlowOptions options;
  std::vector<ConsumerFactory*> factories;
  FlowContext context{options, factories, {}, {}};
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

TEST(FlowList, KeepsTheOrderOfAge) {
  Flows flows;
  FlowList<&TcpFlow::by_age> list;
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
