#include "engine/flow_shards.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "engine/engine.h"
#include "tests/support/conversation.h"
#include "tests/support/fake_source.h"
#include "tests/support/memory_consumer.h"

namespace tcpflow {
namespace {

using test::Conversation;
using test::ConversationParams;
using test::FakeSource;
using test::FakeSourceParams;
using test::Side;
using test::TimedFrame;

class NeverStops : public Waiter {
 public:
  Ready wait_readable(int, Duration) override { return Ready::readable; }
  bool stop_requested() override { return false; }
};

// Writes down what it is told.
class Book : public TextSink {
 public:
  void on_text(std::string_view text) override { all.append(text).append("\n"); }
  std::string all;
};

// Makes lanes that lead to three books: of records, of bytes, and of names.
class Books : public LaneMaker {
 public:
  std::vector<std::unique_ptr<Lane>> make_lanes() override {
    std::vector<std::unique_ptr<Lane>> lanes;
    lanes.push_back(std::make_unique<TextLane>(records));
    lanes.push_back(std::make_unique<TextLane>(bytes));
    return lanes;
  }
  Book records;
  Book bytes;
};

// Tells of the bytes of a flow when they come, and of its numbers when the batch ends.
class Teller : public StreamConsumer {
 public:
  Teller(TextLane& lane, const Moment& now) : lane_(lane), now_(now) {}
  void on_start(const Flow&) override {}
  void on_half_start(Direction, const HalfInfo&) override {}
  void on_bytes(Direction, uint64_t offset, Bytes bytes, PacketRef packet) override {
    lane_.text().append(std::to_string(packet.number)).append("@").append(std::to_string(offset));
    lane_.text().append(":").append(as_text(bytes));
    lane_.end_record(now_);
  }
  void on_gap(Direction, uint64_t offset, uint64_t length, GapReason) override {
    lane_.text().append("gap ").append(std::to_string(offset)).append("+");
    lane_.text().append(std::to_string(length));
    lane_.end_record(now_);
  }
  void on_half_end(Direction, HalfEnd) override {}
  void on_end(FlowEnd, FlowRecord&) override {}

 private:
  TextLane& lane_;
  const Moment& now_;
};

// One shard with all that it talks to.
class TestShard : public ConsumerFactory, public RecordSink {
 public:
  TestShard(Books& books, const FlowOptions& options)
      : records_(books.records),
        bytes_(books.bytes),
        flows_(options, {{this}, this, nullptr, &now_}),
        conversations_(flows_) {}

  std::unique_ptr<StreamConsumer> create() override {
    return std::make_unique<Teller>(bytes_, now_);
  }
  void on_record(const FlowRecord& record) override {
    std::string& text = records_.text();
    text.append(std::to_string(record.info.session)).append(" ");
    text.append(flow_end_name(record.end));
    for (const HalfRecord& half : record.halves) {
      if (!half.exists) continue;
      text.append(" ").append(std::to_string(half.info.flow_number)).append(":");
      text.append(half.info.source.text()).append(":");
      text.append(std::to_string(half.info.source_port)).append("=");
      text.append(std::to_string(half.stream_bytes));
    }
    records_.end_record(now_);
  }
  ShardParts parts() { return {&flows_, &conversations_, {}, {&records_, &bytes_}, nullptr}; }

 private:
  Moment now_;
  TextLane records_;
  TextLane bytes_;
  FlowTable flows_;
  UdpTable conversations_;
};

struct Told {
  std::string records;
  std::string bytes;
  uint64_t most_halves_open = 0;
  uint64_t most_held = 0;
  bool operator==(const Told&) const = default;
};

// How a run is made.
struct Way {
  size_t threads = 1;
  size_t batch = 64;
  bool starts = true;  // false: the threads cannot be had
};

Told told_of(const std::vector<TimedFrame>& frames, const Way& way) {
  FlowOptions options;
  options.tcp_timeout = 3;
  options.flow.linger_packets = 200;
  Books books;
  std::vector<std::unique_ptr<TestShard>> shards;
  FlowShardsParts parts;
  for (size_t i = 0; i < way.threads; ++i) {
    shards.push_back(std::make_unique<TestShard>(books, options));
    parts.shards.push_back(shards.back()->parts());
  }
  parts.lanes = &books;
  parts.names_need_order = true;
  FlowShards all(std::move(parts));
  if (way.starts) {
    EXPECT_TRUE(all.start());
  }
  Decoder decoder(DecodeOptions{}, all.segments(), nullptr, &all.datagrams());
  NeverStops waiter;
  Engine engine({decoder, all, waiter});
  FakeSourceParams params;
  params.batch = way.batch;
  FakeSource source(frames, params);
  EXPECT_TRUE(engine.run(source));
  engine.finish();
  const FlowCounters counters = all.counters();
  EXPECT_EQ(counters.halves_open, 0u);
  return {books.records.all, books.bytes.all, counters.most_halves_open, counters.most_held};
}

TimedFrame datagram(int64_t milliseconds, uint16_t port) {
  test::Ipv4Params outer;
  outer.protocol = 17;
  return test::timed(
      milliseconds,
      test::ethernet(test::kTypeIpv4, test::ipv4(outer, test::udp(port, 53, as_bytes("udp")))));
}

// Connections that end in every way, some with holes and some that only begin, and conversations.
std::vector<TimedFrame> mixed_traffic(uint32_t seed) {
  std::mt19937 random(seed);
  std::vector<std::vector<TimedFrame>> talks;
  for (uint16_t i = 0; i < 150; ++i) {
    ConversationParams params;
    params.client_port = static_cast<uint16_t>(20'000 + i % 100);  // some come again
    params.client_isn = static_cast<uint32_t>(random());
    params.start = test::at_ms(static_cast<int64_t>(random() % 20'000));
    Conversation talk(params);
    const auto kind = static_cast<uint32_t>(random() % 6);
    talk.syn();
    if (kind > 0) talk.client("q" + std::to_string(i)).server("answer");
    if (kind > 1) talk.lose(Side::server, 7).server("behind a hole");
    if (kind > 2) talk.wait(std::chrono::milliseconds(random() % 3000)).client("more");
    if (kind > 3) talk.fin();
    if (kind == 3) talk.rst(Side::client);
    talks.push_back(talk.frames());
  }
  std::vector<TimedFrame> datagrams;
  for (int64_t at = 0; at < 90'000; at += 700) {
    datagrams.push_back(datagram(at, static_cast<uint16_t>(1000 + random() % 20)));
  }
  talks.push_back(std::move(datagrams));
  return test::merge(talks);
}

// Rule 17 of the style guide: what comes out depends on the packets, not on the machine.
TEST(FlowShards, TellTheSameForEveryNumberOfThreads) {
  for (const uint32_t seed : {1u, 2u, 3u}) {
    const std::vector<TimedFrame> frames = mixed_traffic(seed);
    const Told one = told_of(frames, {1, 64});
    EXPECT_GT(one.records.size(), 5000u);
    EXPECT_NE(one.bytes.find("gap "), std::string::npos);
    EXPECT_GT(one.most_held, 0u);
    for (const size_t threads : {size_t{2}, size_t{3}, size_t{7}}) {
      EXPECT_EQ(told_of(frames, {threads, 64}), one) << threads << " threads, seed " << seed;
    }
  }
}

TEST(FlowShards, TellTheSameForEverySizeOfBatch) {
  const std::vector<TimedFrame> frames = mixed_traffic(9);
  const Told one = told_of(frames, {1, 64});
  for (const size_t batch : {size_t{1}, size_t{5}, size_t{100'000}}) {
    EXPECT_EQ(told_of(frames, {1, batch}).records, one.records) << batch;
    EXPECT_EQ(told_of(frames, {2, batch}).records, one.records) << batch;
  }
}

TEST(FlowShards, DoWithoutThreadsThatCannotBeHad) {
  const std::vector<TimedFrame> frames = mixed_traffic(4);
  EXPECT_EQ(told_of(frames, {3, 64, false}), told_of(frames, {1, 64}));
}

// What ended flows make of themselves is handed on in pieces where it is much.
TEST(FlowShards, KeepTheOrderOfRecordsThatAreTooManyForOnePiece) {
  std::vector<TimedFrame> frames;
  ConversationParams params;
  for (uint32_t i = 0; i < 60'000; ++i) {
    params.client_port = static_cast<uint16_t>(1 + i);
    params.start = test::at_ms(i / 100);
    Conversation talk(params);
    const auto one = talk.syn().frames();
    frames.push_back(one[0]);
  }
  const Told one = told_of(frames, {1, 1000});
  const Told two = told_of(frames, {2, 1000});
  EXPECT_EQ(two.most_halves_open, one.most_halves_open);
  EXPECT_EQ(two.records.size(), one.records.size());
  EXPECT_TRUE(two.records == one.records);
}

}  // namespace
}  // namespace tcpflow
