#include "flow/tcp_half.h"

#include <gtest/gtest.h>

#include "base/gap.h"
#include "flow/flow_options.h"
#include "tests/support/segment_builder.h"

namespace tcpflow {
namespace {

using test::at_ms;

// Bytes as text, gaps as [length].
class TextOfHalf : public OrderedSink {
 public:
  void on_bytes(uint64_t, Bytes bytes, PacketRef) override { text.append(as_text(bytes)); }
  void on_gap(uint64_t, uint64_t length, GapReason) override {
    text.append("[").append(std::to_string(length)).append("]");
  }
  std::string text;
};

// A half whose first byte has the number 1, since a SYN said so.
struct KnownHalf {
  KnownHalf() { stream.begin(1, true, OverlapPolicy::first); }

  HalfStream::Env env(Timestamp now) {
    return {sink, retired, limits, held, windows, hits, drops, now};
  }
  void take(uint32_t seq, std::string_view text, int64_t at = 0) {
    stream.take_payload({seq, as_bytes(text), 0, {++packets, at_ms(at)}}, env(at_ms(at)));
    settle(at);
  }
  void settle(int64_t at) { stream.settle(env(at_ms(at))); }

  TextOfHalf sink;
  RetiredBytes retired;
  StreamLimits limits;
  size_t held = 0;
  size_t windows = 0;
  uint64_t hits = 0;
  CaptureDrops drops;
  uint64_t packets = 0;
  HalfStream stream;
};

TEST(TcpHalf, CountsPast32Bits) {
  TcpHalf half;
  Frame frame;
  frame.original_length = 0xffffffff;
  Segment segment;
  segment.frame = &frame;
  for (int i = 0; i < 5; ++i) half.count(segment, {});
  HalfRecord record;
  half.describe(record);
  EXPECT_EQ(record.packets, 5u);
  EXPECT_EQ(record.wire_bytes, uint64_t{5} * 0xffffffff);
  EXPECT_EQ(record.captured_bytes, 0u);
}

TEST(TcpHalf, KnowsThatItsFinWasAcknowledgedWhenMoreComesBehindIt) {
  for (const bool is_acknowledged : {true, false}) {
    KnownHalf half;
    half.take(1, "ab");
    half.stream.take_fin(3, 1000);
    if (is_acknowledged) half.stream.take_ack(4);
    half.take(4, "d");
    EXPECT_EQ(half.stream.waits_since(Wait::gap).has_value(), is_acknowledged);
    half.settle(5000);
    EXPECT_EQ(half.sink.text, is_acknowledged ? "ab[1]d" : "ab");
  }
}

TEST(TcpHalf, BelievesAnAcknowledgementPastTheOneOfItsFin) {
  KnownHalf half;
  half.take(1, "ab");
  half.stream.take_fin(3, 1000);
  half.stream.take_ack(4);
  half.stream.take_ack(6);
  half.take(6, "f");
  half.settle(5000);
  EXPECT_EQ(half.sink.text, "ab[3]f");
}

TEST(TcpHalf, RemembersAnAcknowledgementThatCameBeforeTheBytes) {
  KnownHalf half;
  half.take(1, "ab");
  half.stream.take_ack(6);
  half.take(3, "c");
  half.take(5, "e");
  EXPECT_EQ(half.stream.waits_since(Wait::gap), at_ms(0));
  half.settle(5000);
  EXPECT_EQ(half.sink.text, "abc[1]e");
}

TEST(TcpHalf, DoesNotWaitForAGapBehindWhatWasAcknowledged) {
  KnownHalf half;
  half.take(1, "ab");
  half.stream.take_ack(3);
  half.take(5, "e");
  EXPECT_FALSE(half.stream.waits_since(Wait::gap).has_value());
  half.settle(5000);
  EXPECT_EQ(half.sink.text, "ab");
}

// The gap is given up after so many received octets, counted from when it was acknowledged.
TEST(TcpHalf, CountsWhatComesWhileAGapWaits) {
  KnownHalf half;
  half.limits.gap_bytes = 10;
  half.take(1, std::string(100, 'a'));
  half.take(102, "bbbbb");
  half.stream.take_ack(107);
  half.settle(1);
  half.take(107, "ccccc", 1);
  EXPECT_EQ(half.sink.text, std::string(100, 'a'));
  half.take(112, "ddddd", 1);
  EXPECT_EQ(half.sink.text, std::string(100, 'a') + "[1]bbbbbcccccddddd");
}

}  // namespace
}  // namespace tcpflow
