#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "flow/flow_table.h"
#include "flow/flow_test_support.h"
#include "tests/support/conversation.h"

namespace tcpflow {
namespace {

using test::Conversation;
using test::ConversationParams;

// Notes who began, by number and port.
class Book : public FactSink {
 public:
  void on_flow_start(const FlowInfo& flow, const HalfInfo& first) override {
    lines.push_back(std::to_string(flow.id) + " " + std::to_string(flow.session) + " " +
                    std::to_string(first.source_port) + " " +
                    std::to_string(first.destination_port));
    starts.push_back(first.start);
  }
  void on_exchange(const Flow&, const HttpExchange&) override {}
  void on_record(const FlowRecord&) override {}
  std::vector<std::string> lines;
  std::vector<Timestamp> starts;
};

class FlowStart : public ::testing::Test {
 protected:
  void take(const Conversation& talk) {
    for (const test::SegmentParams& params : talk.segments()) take(params);
  }
  void take_first(const Conversation& talk) { take(talk.segments().front()); }

  Book book_;

 private:
  void take(test::SegmentParams params) {
    params.number = 0;  // those of several conversations in one row
    table_.on_segment(store_.make(params));
  }
  FlowListeners listeners() {
    FlowListeners listeners;
    listeners.facts = &book_;
    return listeners;
  }

  test::SegmentStore store_;
  FlowTable table_{FlowOptions{}, listeners()};
};

TEST_F(FlowStart, IsToldOnceAtTheFirstPacket) {
  Conversation talk;
  talk.syn().client("question").server("answer").fin();
  take(talk);
  ASSERT_EQ(book_.lines.size(), 1U);
  const ConversationParams params;
  EXPECT_EQ(book_.lines[0],
            "1 0 " + std::to_string(params.client_port) + " " + std::to_string(params.server_port));
  EXPECT_EQ(book_.starts[0], params.start + params.step);
}

TEST_F(FlowStart, IsToldOfASynThatNothingFollows) {
  for (uint16_t port = 1; port <= 2; ++port) {
    ConversationParams params;
    params.client_port = port;
    Conversation bare(params);
    bare.syn();
    take_first(bare);
  }
  EXPECT_EQ(book_.lines, (std::vector<std::string>{"1 0 1 80", "2 1 2 80"}));
}

TEST_F(FlowStart, IsToldOfTheServerWhereItIsSeenFirst) {
  Conversation talk;
  talk.server("in the middle").client("more");
  take(talk);
  const ConversationParams params;
  ASSERT_EQ(book_.lines.size(), 1U);
  EXPECT_EQ(book_.lines[0],
            "1 0 " + std::to_string(params.server_port) + " " + std::to_string(params.client_port));
}

TEST_F(FlowStart, IsToldAgainWhereAddressesAndPortsAreReused) {
  ConversationParams params;
  Conversation talk(params);
  talk.syn().client("one").fin();
  take(talk);
  params.start = talk.now() + std::chrono::seconds(1);
  params.client_isn += 1'000'000;
  params.server_isn += 1'000'000;
  Conversation again(params);
  again.syn().client("two").fin();
  take(again);
  ASSERT_EQ(book_.lines.size(), 2U);
  EXPECT_EQ(book_.lines[1].substr(book_.lines[1].find(' '), 2), " 1");
}

}  // namespace
}  // namespace tcpflow
