// Streams longer than the sequence space. The segments are large spans over one buffer, so that
// gigabytes cost milliseconds.
#include "flow/flow_test_support.h"

namespace tcpflow {
namespace {

using namespace test;
using namespace tcp_flag;

constexpr uint32_t kPiece = 4'000'000;

// Takes a long half, checking that each offset comes once and in order.
class Ruler : public StreamConsumer {
 public:
  struct Seen {
    uint64_t bytes = 0;
    uint64_t gaps = 0;
    uint64_t next = 0;
    bool in_order = true;
  };
  explicit Ruler(Seen& seen) : seen_(seen) {}
  void on_start(const Flow&) override {}
  void on_half_start(Direction, const HalfInfo&) override {}
  void on_bytes(Direction, uint64_t offset, Bytes bytes, PacketRef) override {
    step(offset, bytes.size());
    seen_.bytes += bytes.size();
  }
  void on_gap(Direction, uint64_t offset, uint64_t length, GapReason) override {
    step(offset, length);
    seen_.gaps += length;
  }
  void on_half_end(Direction, HalfEnd) override {}
  void on_end(FlowEnd, FlowRecord&) override {}

 private:
  void step(uint64_t offset, uint64_t length) {
    seen_.in_order &= offset == seen_.next;
    seen_.next = offset + length;
  }
  Seen& seen_;
};

class Rulers : public ConsumerFactory {
 public:
  std::unique_ptr<StreamConsumer> create() override {
    ++made;
    return std::make_unique<Ruler>(seen);
  }
  Ruler::Seen seen;
  int made = 0;
};

// One sender whose payload is a span over a shared buffer.
struct LongHalf {
  explicit LongHalf(uint32_t first) : isn(first), table(options(), {{&rulers}, &records, nullptr}) {
    send(kSyn, -1, 0);
  }
  static FlowOptions options() {
    FlowOptions options;
    options.stream.held_per_half = size_t{64} << 20;
    return options;
  }
  void send(uint8_t flags, int64_t offset, uint32_t length, uint32_t missing = 0) {
    frame.number += 1;
    Segment segment;
    segment.frame = &frame;
    segment.source_port = 1;
    segment.sequence = isn + 1 + static_cast<uint32_t>(offset);
    segment.flags = flags;
    segment.payload = Bytes(buffer).first(length);
    segment.missing = missing;
    table.on_segment(segment);
    table.on_batch_end();
  }
  void acknowledge(int64_t offset, Duration later) {
    frame.number += 1;
    frame.time += later;
    Segment segment;
    segment.frame = &frame;
    segment.destination_port = 1;
    segment.acknowledgement = isn + 1 + static_cast<uint32_t>(offset);
    segment.flags = kAck;
    table.on_segment(segment);
  }
  const HalfRecord& finish() {
    table.end_all();
    table.on_batch_end();
    EXPECT_EQ(records.records.size(), 1u);
    EXPECT_EQ(rulers.made, 1);
    EXPECT_TRUE(rulers.seen.in_order);
    EXPECT_EQ(table.held_bytes(), 0u);
    return records.records.at(0).half(Direction::originator);
  }

  uint32_t isn;
  std::vector<uint8_t> buffer = std::vector<uint8_t>(kPiece);
  Frame frame;
  Rulers rulers;
  MemoryRecords records;
  FlowTable table;
};

constexpr int64_t kTwelveGigabytes = 12'000'000'000;

TEST(LongStream, GoesRoundTheSequenceSpaceAndEndsAtItsFin) {
  for (const uint32_t isn : {0u, 0x7fffffffu, 0xfffffff0u}) {
    LongHalf half(isn);
    for (int64_t at = 0; at < kTwelveGigabytes; at += kPiece) half.send(kAck, at, kPiece);
    half.send(kAck | kFin, kTwelveGigabytes, 0);
    const HalfRecord& record = half.finish();
    EXPECT_EQ(half.rulers.seen.bytes, static_cast<uint64_t>(kTwelveGigabytes));
    EXPECT_EQ(record.end, HalfEnd::fin);
    EXPECT_EQ(record.stream_bytes, static_cast<uint64_t>(kTwelveGigabytes));
    EXPECT_EQ(record.out_of_order, 0u);
  }
}

TEST(LongStream, PutsReorderedAndRepeatedPiecesAcrossTheWrapInPlace) {
  LongHalf half(0xffff0000u);
  const auto piece = static_cast<int64_t>(kPiece);
  for (int64_t at = 0; at < kTwelveGigabytes; at += 4 * piece) {
    half.send(kAck, at, kPiece);
    half.send(kAck, at + 2 * piece, 1000);
    half.send(kAck, at + piece, kPiece);
    half.send(kAck, at, 1000);
    half.send(kAck, at + 2 * piece, kPiece);
    half.send(kAck, at + 3 * piece, kPiece);
  }
  const HalfRecord& record = half.finish();
  EXPECT_EQ(half.rulers.seen.bytes, static_cast<uint64_t>(kTwelveGigabytes));
  EXPECT_EQ(record.repeated_bytes, 2000u * 750);
  EXPECT_EQ(record.conflict_bytes, 0u);
  EXPECT_EQ(record.gap_count, 0u);
}

TEST(LongStream, CountsWhatTheSnapLengthCut) {
  LongHalf half(77);
  for (int64_t at = 0; at < kTwelveGigabytes; at += kPiece) half.send(kAck, at, 40, kPiece - 40);
  const HalfRecord& record = half.finish();
  EXPECT_EQ(half.rulers.seen.bytes, 40u * 3000);
  EXPECT_EQ(record.gap_bytes, static_cast<uint64_t>(kTwelveGigabytes) - 40u * 3000);
  EXPECT_EQ(record.stream_bytes, static_cast<uint64_t>(kTwelveGigabytes) - kPiece + 40);
}

// Headers only are no reason to think that a half jumped.
TEST(LongStream, FollowsAHalfOfWhichOnlyHeadersWereCaptured) {
  LongHalf half(77);
  for (int64_t at = 0; at < kTwelveGigabytes; at += kPiece) half.send(kAck, at, 0, kPiece);
  const HalfRecord& record = half.finish();
  EXPECT_EQ(record.gap_bytes, static_cast<uint64_t>(kTwelveGigabytes));
  EXPECT_EQ(record.stream_bytes, 0u);
}

TEST(LongStream, TakesAcknowledgementsAndResetsFarBehindTheFirstFourGigabytes) {
  LongHalf half(4'000'000'000u);
  for (int64_t at = 0; at < kTwelveGigabytes; at += kPiece) half.send(kAck, at, kPiece);
  half.send(kAck, kTwelveGigabytes + 10, 5);
  half.acknowledge(kTwelveGigabytes + 15, Duration(0));
  EXPECT_EQ(half.rulers.seen.gaps, 0u);
  half.acknowledge(kTwelveGigabytes + 15, std::chrono::seconds(3));
  EXPECT_EQ(half.rulers.seen.gaps, 10u);
  half.send(kRst, kTwelveGigabytes + 16, 0);
  half.send(kRst, kTwelveGigabytes + 15, 0);
  const HalfRecord& record = half.finish();
  EXPECT_EQ(record.end, HalfEnd::reset);
  EXPECT_EQ(record.suspects[static_cast<size_t>(Suspect::reset_in_window)], 1u);
}

}  // namespace
}  // namespace tcpflow
