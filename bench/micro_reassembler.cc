// Pieces of one stream through the reassembler, by the order in which they come.
#include <benchmark/benchmark.h>

#include "bench/micro.h"
#include "stream/reassembler.h"

namespace tcpflow::bench {
namespace {

class NullSink : public OrderedSink {
 public:
  void on_bytes(uint64_t, Bytes bytes, PacketRef) override {
    benchmark::DoNotOptimize(bytes.data());
  }
  void on_gap(uint64_t, uint64_t, GapReason) override {}
};

// A stream that goes on for ever, pushed in windows of so many full segments.
class Stream {
 public:
  explicit Stream(OverlapPolicy policy) : reassembler_(policy) {}

  uint64_t next() const { return reassembler_.next(); }
  // `length` octets, `at` counted from the beginning of the window.
  void push(uint64_t at, uint32_t length) {
    StreamPiece piece;
    piece.at = window_ + at;
    piece.bytes = Bytes(payload_).first(length);
    piece.packet.number = ++packets_;
    reassembler_.push(piece, {sink_, retired_});
  }
  void segment(uint64_t index) { push(index * kFullSegment, kFullSegment); }
  // The window is complete, and the batch over.
  void end_window() {
    window_ = reassembler_.next();
    retired_.clear();
  }

 private:
  Reassembler reassembler_;
  NullSink sink_;
  RetiredBytes retired_;
  std::vector<uint8_t> payload_ = some_octets(size_t{2} * kFullSegment);
  uint64_t window_ = 0;
  uint64_t packets_ = 0;
};

// Pushes window after window; each must come out whole.
template <typename Push>
void windows(benchmark::State& state, OverlapPolicy policy, Push push_window) {
  const auto segments = static_cast<uint64_t>(state.range(0));
  Stream stream(policy);
  uint64_t expected = 0;
  for (auto _ : state) {
    push_window(stream, segments);
    stream.end_window();
    expected += segments * kFullSegment;
  }
  if (stream.next() != expected) state.SkipWithError("bytes are missing");
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

void in_order(Stream& stream, uint64_t segments) {
  for (uint64_t i = 0; i < segments; ++i) stream.segment(i);
}

// Each two change places.
void swapped(Stream& stream, uint64_t segments) {
  for (uint64_t i = 0; i < segments; ++i) stream.segment(i ^ 1);
}

void reversed(Stream& stream, uint64_t segments) {
  for (uint64_t i = segments; i-- > 0;) stream.segment(i);
}

// Every other one first: half as many holes as there are segments; then these are filled.
void holes(Stream& stream, uint64_t segments) {
  for (uint64_t i = 1; i < segments; i += 2) stream.segment(i);
  for (uint64_t i = 0; i < segments; i += 2) stream.segment(i);
}

// The first comes last, and each of those held begins with half of the one before it.
void overlapping(Stream& stream, uint64_t segments) {
  constexpr uint32_t kHalf = kFullSegment / 2;
  for (uint64_t i = 1; i < segments; ++i) {
    stream.push(i * kFullSegment - kHalf, kFullSegment + kHalf);
  }
  stream.segment(0);
}

using PushWindow = void (*)(Stream& stream, uint64_t segments);

void add(const char* name, PushWindow push, OverlapPolicy policy = OverlapPolicy::first) {
  const auto run = [push, policy](benchmark::State& state) { windows(state, policy, push); };
  benchmark::RegisterBenchmark(name, run)->Arg(32)->Arg(4'096);
}

}  // namespace

void register_reassembler() {
  add("reassembler/in_order", in_order);
  add("reassembler/swapped", swapped);
  add("reassembler/reversed", reversed);
  add("reassembler/holes", holes);
  add("reassembler/overlapping_first", overlapping);
  add("reassembler/overlapping_last", overlapping, OverlapPolicy::last);
  add("reassembler/overlapping_linux", overlapping, OverlapPolicy::modern_linux);
}

}  // namespace tcpflow::bench
