// Design rule 9: in-order data allocates nothing per segment. This program counts its calls of
// operator new.
// operator new.
#include <gtest/gtest.h>

#include <string>

#include "decode/decoder.h"
#include "flow/flow_table.h"
#include "flow/udp_table.h"
#include "tests/support/conversation.h"
#include "tests/support/counted_new.h"

namespace tcpflow {
namespace {

// Takes the stream and keeps nothing.
class NullConsumer : public StreamConsumer {
 public:
  explicit NullConsumer(uint64_t& bytes) : bytes_(bytes) {}
  void on_start(const Flow&) override {}
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
  Decoder decoder(DecodeOptions{}, table, nullptr);
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
  const size_t before = test::allocations();
  for (size_t i = 10; i < frames.size(); ++i) decode(i);
  EXPECT_EQ(test::allocations(), before);
  EXPECT_EQ(consumers.bytes, 2000u * 400);
}

TEST(Datagrams, AllocateNothingInAKnownConversation) {
  test::Ipv4Params outer;
  outer.protocol = 17;
  const std::string text(100, 'd');
  const test::Octets datagram = test::udp(40000, 53, as_bytes(text));
  const test::Octets bytes = test::ethernet(test::kTypeIpv4, test::ipv4(outer, datagram));
  NullConsumers consumers;
  FlowTable table(FlowOptions{}, {{&consumers}, nullptr, nullptr});
  UdpTable conversations(table);
  Decoder decoder(DecodeOptions{}, table, nullptr, &conversations);
  FrameBatch batch;
  const auto decode = [&](uint64_t number) {
    Frame frame;
    frame.number = number;
    frame.time = test::at_ms(static_cast<int64_t>(number));
    frame.bytes = bytes;
    frame.original_length = static_cast<uint32_t>(bytes.size());
    decoder.decode(frame, batch);
  };
  decode(1);  // the conversation, its half and its consumer are made
  const size_t before = test::allocations();
  for (uint64_t number = 2; number <= 1000; ++number) decode(number);
  EXPECT_EQ(test::allocations(), before);
  EXPECT_EQ(consumers.bytes, 1000u * 100);
}

}  // namespace
}  // namespace tcpflow
