// Design rule 9: in-order data allocates nothing per segment. This program counts its operator new.
#include <gtest/gtest.h>

#include <cstdlib>
#include <new>
#include <string>

#include "decode/decoder.h"
#include "flow/flow_table.h"
#include "tests/support/conversation.h"

namespace {

// allow(global): operator new has nowhere else to count
size_t g_allocations = 0;

}  // namespace

void* operator new(size_t size) {
  ++g_allocations;
  if (void* memory = std::malloc(size)) return memory;
  std::abort();
}
void* operator new(size_t size, const std::nothrow_t&) noexcept {
  ++g_allocations;
  return std::malloc(size);
}
void operator delete(void* memory, const std::nothrow_t&) noexcept { std::free(memory); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, size_t) noexcept { std::free(memory); }

namespace tcpflow {
namespace {

// Takes the stream and keeps nothing.
class NullConsumer : public StreamConsumer {
 public:
  explicit NullConsumer(uint64_t& bytes) : bytes_(bytes) {}
  void on_start(const FlowInfo&) override {}
  void on_half_start(Direction, const HalfInfo&) override {}
  void on_bytes(Direction, uint64_t, Bytes bytes, PacketRef) override { bytes_ += bytes.size(); }
  void on_gap(Direction, uint64_t, uint64_t, GapReason) override {}
  void on_half_end(Direction, HalfEnd) override {}
  void on_end(FlowEnd, FlowRecord&) override {}

 private:
  uint64_t& bytes_;
};

class NullConsumers : public ConsumerFactory {
 public:
  std::unique_ptr<StreamConsumer> create() override {
    return std::make_unique<NullConsumer>(bytes);
  }
  uint64_t bytes = 0;
};

TEST(InOrderData, AllocatesNothingPerSegment) {
  test::Conversation talk;
  talk.syn();
  for (int i = 0; i < 2000; ++i) {
    talk.client(std::string(100, 'c')).server(std::string(300, 's')).ack(test::Side::client);
  }
  const auto frames = talk.frames();
  NullConsumers consumers;
  FlowTable table(FlowOptions{}, {{&consumers}, nullptr, nullptr});
  Decoder decoder(FragmentLimits{}, table, nullptr);
  FrameBatch batch;
  const auto decode = [&](size_t i) {
    Frame frame;
    frame.number = i + 1;
    frame.time = frames[i].time;
    frame.bytes = frames[i].bytes;
    frame.original_length = static_cast<uint32_t>(frames[i].bytes.size());
    decoder.decode(frame, batch);
  };
  for (size_t i = 0; i < 10; ++i) decode(i);  // the flow, its halves and its consumer are made
  const size_t before = g_allocations;
  for (size_t i = 10; i < frames.size(); ++i) decode(i);
  EXPECT_EQ(g_allocations, before);
  EXPECT_EQ(consumers.bytes, 2000u * 400);
}

}  // namespace
}  // namespace tcpflow
