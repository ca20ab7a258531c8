#include "engine/engine.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "tests/support/conversation.h"
#include "tests/support/fake_source.h"
#include "tests/support/memory_consumer.h"

namespace tcpflow {
namespace {

using test::Conversation;
using test::ConversationParams;
using test::FakeSource;
using test::FakeSourceParams;

// Says stop after so many questions.
class FakeWaiter : public Waiter {
 public:
  Ready wait_readable(int, Duration) override { return Ready::readable; }
  bool stop_requested() override { return stop_after != 0 && ++asked > stop_after; }
  int stop_after = 0;
  int asked = 0;
};

// Counts batch ends, and those at which nothing may be held back.
class BatchCounter : public BatchListener {
 public:
  void on_batch_end(bool idle) override { ++(idle ? idles : busy); }
  int idles = 0;
  int busy = 0;
};

// Keeps what it is told.
class ProgressNotes : public ProgressListener {
 public:
  void on_progress(const EngineTotals& totals, const PacketSource& source) override {
    flows.push_back(totals.flows);
    packets.push_back(totals.passed);
    sources.push_back(source.name());
  }
  std::vector<uint64_t> flows;
  std::vector<uint64_t> packets;
  std::vector<std::string> sources;
};

struct Machine {
  Machine() { EXPECT_TRUE(shards.start()); }

  FlowTable table{FlowOptions{}, {{&flows}, &records, nullptr}};
  UdpTable conversations{table};
  BatchCounter batches;
  FlowShards shards{parts()};
  Decoder decoder{DecodeOptions{}, shards.segments(), nullptr, &shards.datagrams()};
  FakeWaiter waiter;
  ProgressNotes progress;
  Engine engine{{decoder, shards, waiter, &progress}};
  test::MemoryFlows flows;
  test::MemoryRecords records;

 private:
  FlowShardsParts parts() {
    FlowShardsParts parts;
    parts.shards.push_back({&table, &conversations, {&batches}, {}, nullptr});
    return parts;
  }
};

std::vector<test::TimedFrame> some_frames() {
  return Conversation().syn().client("request").server("reply").fin().frames();
}

TEST(Engine, ReadsASourceToItsEndAndEndsTheFlows) {
  Machine m;
  FakeSource source(some_frames());
  EXPECT_TRUE(m.engine.run(source));
  m.engine.finish();
  ASSERT_EQ(m.flows.flows.size(), 1u);
  EXPECT_EQ(m.flows.flows[0].originator(), "request");
  EXPECT_EQ(m.flows.flows[0].responder(), "reply");
  EXPECT_EQ(m.records.records.size(), 1u);
}

TEST(Engine, KeepsFlowsOpenFromOneSourceToTheNextAndNumbersPacketsThrough) {
  const auto frames = some_frames();
  Machine m;
  FakeSource first({frames.begin(), frames.begin() + 4});
  FakeSource second({frames.begin() + 4, frames.end()});
  EXPECT_TRUE(m.engine.run(first));
  EXPECT_TRUE(m.engine.run(second));
  m.engine.finish();
  ASSERT_EQ(m.flows.flows.size(), 1u);
  EXPECT_EQ(m.flows.flows[0].half(Direction::responder).packets.at(0).number, 5u);
  EXPECT_EQ(m.engine.totals().frames, frames.size());
}

TEST(Engine, UsesEverythingBeforeTheDamageOfAnInput) {
  FakeSourceParams params;
  params.error = Error{"x.pcap: cut", 0};
  FakeSource source(some_frames(), params);
  Machine m;
  const Status status = m.engine.run(source);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().message, "x.pcap: cut");
  m.engine.finish();
  EXPECT_EQ(m.flows.flows.at(0).responder(), "reply");
}

TEST(Engine, HoldsNothingBackWhenTheSourceIsIdle) {
  FakeSourceParams params;
  params.batch = 2;
  params.idle_after = {4};
  FakeSource source(some_frames(), params);
  Machine m;
  EXPECT_TRUE(m.engine.run(source));
  EXPECT_EQ(m.batches.idles, 1);
  EXPECT_GE(m.batches.busy, 3);
  m.engine.finish();
  EXPECT_EQ(m.batches.idles, 2);
}

TEST(Engine, TellsProgressOnceABatchAndWhereInputPauses) {
  FakeSourceParams params;
  params.batch = 2;
  params.idle_after = {4};
  params.name = "x";
  const std::vector<test::TimedFrame> frames = some_frames();
  FakeSource source(frames, params);
  Machine m;
  EXPECT_TRUE(m.engine.run(source));
  const size_t told = m.progress.packets.size();
  EXPECT_EQ(told, static_cast<size_t>(m.batches.idles + m.batches.busy));
  EXPECT_EQ(m.progress.packets.front(), 2u);
  EXPECT_EQ(m.progress.packets.back(), frames.size());
  EXPECT_EQ(m.progress.flows, std::vector<uint64_t>(told, 1));
  EXPECT_EQ(m.progress.sources, std::vector<std::string>(told, "x"));
}

TEST(Engine, StopsBetweenBatchesAndStillEndsFlowsInOrder) {
  FakeSourceParams params;
  params.batch = 1;
  FakeSource source(some_frames(), params);
  Machine m;
  m.waiter.stop_after = 4;
  EXPECT_TRUE(m.engine.run(source));
  m.engine.finish();
  EXPECT_EQ(m.flows.flows.at(0).originator(), "request");
  EXPECT_EQ(m.flows.flows.at(0).responder(), "");
  EXPECT_EQ(m.records.records.at(0).end, FlowEnd::capture_end);
}

test::TimedFrame udp_frame(int64_t milliseconds, std::string_view text) {
  test::Ipv4Params outer;
  outer.protocol = 17;
  const test::Octets datagram = test::udp(40000, 53, as_bytes(text));
  return test::timed(milliseconds, test::ethernet(test::kTypeIpv4, test::ipv4(outer, datagram)));
}

TEST(Engine, TellsConversationsOfTheTimeOfEveryPacketAndEndsThem) {
  Machine m;
  std::vector<test::TimedFrame> frames = some_frames();
  frames.insert(frames.begin(), {udp_frame(0, "one"), udp_frame(1, "more")});
  frames.push_back(test::timed(61'002, test::Octets(60, 0)));
  FakeSource source(frames);
  EXPECT_TRUE(m.engine.run(source));
  ASSERT_EQ(m.records.records.size(), 2u) << "the connection lingers no longer, either";
  EXPECT_EQ(m.records.records[0].end, FlowEnd::timeout) << "conversations end before connections";
  FakeSource next({udp_frame(61'003, "two")});
  EXPECT_TRUE(m.engine.run(next));
  m.engine.finish();
  ASSERT_EQ(m.records.records.size(), 3u);
  EXPECT_EQ(m.records.records[2].end, FlowEnd::capture_end);
  EXPECT_EQ(m.flows.flows.at(0).originator(), "onemore");
  EXPECT_EQ(m.flows.flows.at(2).originator(), "two");
}

TEST(Engine, GivesTheSameStreamsForEverySizeOfBatch) {
  std::vector<std::vector<test::TimedFrame>> talks;
  for (uint16_t i = 0; i < 20; ++i) {
    ConversationParams params;
    params.client_port = static_cast<uint16_t>(50000 + i);
    talks.push_back(Conversation(params)
                        .syn()
                        .client(std::string("q").append(std::to_string(i)))
                        .server("r")
                        .fin()
                        .frames());
  }
  for (const size_t batch : {1u, 2u, 7u, 64u, 1000u}) {
    FakeSourceParams params;
    params.batch = batch;
    FakeSource source(test::merge(talks), params);
    Machine m;
    EXPECT_TRUE(m.engine.run(source));
    m.engine.finish();
    ASSERT_EQ(m.flows.flows.size(), 20u);
    for (size_t i = 0; i < 20; ++i) {
      EXPECT_EQ(m.flows.flows[i].originator(), std::string("q").append(std::to_string(i)));
    }
  }
}

}  // namespace
}  // namespace tcpflow
