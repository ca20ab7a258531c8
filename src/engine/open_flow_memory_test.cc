// What an idle connection takes: there may be a million of them.
#include <gtest/gtest.h>

#include "decode/decoder.h"
#include "flow/flow_table.h"
#include "tests/support/conversation.h"
#include "tests/support/counted_new.h"

namespace tcpflow {
namespace {

using test::Conversation;
using test::ConversationParams;
using test::Side;

constexpr uint16_t kFirstPort = 1024;
constexpr uint16_t kConnections = 30000;

// A decoder and a table without consumers.
class Table {
 public:
  void decode(const Conversation& talk) {
    for (const test::TimedFrame& timed : talk.frames()) {
      Frame frame;
      frame.number = ++packets_;
      frame.time = timed.time;
      frame.bytes = timed.bytes;
      frame.original_length = static_cast<uint32_t>(timed.bytes.size());
      decoder_.decode(frame, batch_);
    }
    table_.on_batch_end();
    batch_.clear();
  }
  size_t open_flows() const { return table_.open_flows(); }

 private:
  uint64_t packets_ = 0;
  FlowTable table_{FlowOptions{}, {}};
  Decoder decoder_{DecodeOptions{}, table_, nullptr};
  FrameBatch batch_;
};

// Octets of each of many that stay open, their places in the table included.
size_t octets_of_each(ConversationParams params, void (*say)(Conversation&)) {
  Table table;
  const size_t before = test::octets_allocated();
  for (uint16_t i = 0; i < kConnections; ++i) {
    params.client_port = static_cast<uint16_t>(kFirstPort + i);
    Conversation talk(params);
    say(talk);
    params.start = talk.now();
    table.decode(talk);
  }
  EXPECT_EQ(table.open_flows(), kConnections);
  return (test::octets_allocated() - before) / kConnections;
}

void talk_in_order(Conversation& talk) {
  talk.syn().client("a request").server("an answer").ack(Side::client);
}

void talk_without_syn(Conversation& talk) {
  talk.client("a request").server("an answer").ack(Side::client);
  talk.wait(std::chrono::seconds(3)).client("another");
}

TEST(OpenConnection, TakesAtMost350OctetsOverIpv4) {
  EXPECT_LE(octets_of_each({}, talk_in_order), 350u);
}

TEST(OpenConnection, TakesAtMost420OctetsOverIpv6) {
  EXPECT_LE(octets_of_each(test::over_ipv6(), talk_in_order), 420u);
}

// The first packet after its start was held belongs to its stream like any other. Where starts are
// held a flow stands in queues, for which it has a block of its own.
TEST(OpenConnection, TakesLittleMoreIfItsStartWasNotSeen) {
  EXPECT_LE(octets_of_each({}, talk_without_syn), 640u);
}

}  // namespace
}  // namespace tcpflow
