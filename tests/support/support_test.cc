#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/conversation.h"
#include "tests/support/fake_flow.h"
#include "tests/support/fake_source.h"
#include "tests/support/faulty_source.h"
#include "tests/support/memory_consumer.h"
#include "tests/support/packet_builder.h"
#include "tests/support/pcap_builder.h"

namespace tcpflow::test {
namespace {

TEST(PacketBuilder, MakesChecksumsThatSumToZero) {
  TcpParams segment;
  segment.payload = "odd";
  const Octets packet = tcp_in_ipv4(segment);
  EXPECT_EQ(internet_checksum(Bytes(packet).first(20)), 0);
  const Octets pseudo =
      join({Bytes(packet).subspan(12, 8), octets(std::string_view("\0\6\0\x17", 4)),
            Bytes(packet).subspan(20)});
  EXPECT_EQ(internet_checksum(pseudo), 0);
}

// RFC 1071, 3: the sum of 0001 f203 f4f5 f6f7 is ddf2.
TEST(PacketBuilder, SumsAsTheRfcExampleDoes) {
  const Octets example{0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7};
  EXPECT_EQ(internet_checksum(example), 0xffff - 0xddf2);
}

TEST(PacketBuilder, ChainsIpv6ExtensionHeaders) {
  Ipv6Params params;
  params.extensions = {{0, Octets{1, 2, 0, 0}}, {51, Octets(10)}, ipv6_fragment(8, true, 7)};
  const Octets packet = ipv6(params, octets("x"));
  EXPECT_EQ(packet[6], 0);                   // hop-by-hop first
  EXPECT_EQ(packet[40], 51);                 // then AH
  EXPECT_EQ(packet[41], 0);                  // in one unit of 8
  EXPECT_EQ(packet[48], 44);                 // then the fragment header
  EXPECT_EQ(packet[49], 1);                  // of AH: 12 octets, 3 words less 2
  EXPECT_EQ(packet[60], kProtocolTcp);       // of what follows
  EXPECT_EQ(load_be16(&packet[62]), 8 | 1);  // offset and "more"
  EXPECT_EQ(packet.size(), 40u + 8 + 12 + 8 + 1);
  EXPECT_EQ(load_be16(&packet[4]), packet.size() - 40);
}

TEST(PacketBuilder, CutsADatagramIntoFragments) {
  const std::vector<Octets> packets = ipv4_fragments({}, octets("0123456789abcdefXY"), 8);
  ASSERT_EQ(packets.size(), 3u);
  EXPECT_EQ(load_be16(&packets[0][6]), 0x2000);
  EXPECT_EQ(load_be16(&packets[1][6]), 0x2001);
  EXPECT_EQ(load_be16(&packets[2][6]), 0x0002);
  EXPECT_EQ(as_text(Bytes(packets[2]).subspan(20)), "XY");
}

TEST(Conversation, KeepsCountOfBothSides) {
  const Conversation talk = Conversation().syn().client("hello").server("hi").fin();
  const std::vector<SegmentParams> all = talk.segments();
  ASSERT_EQ(all.size(), 8u);
  EXPECT_EQ(all[0].time, at_ms(1));
  EXPECT_EQ(all[3].tcp.sequence, 1001u);
  EXPECT_EQ(all[3].tcp.acknowledgement, 5001u);
  EXPECT_EQ(all[4].tcp.sequence, 5001u);
  EXPECT_EQ(all[4].tcp.acknowledgement, 1006u);
  EXPECT_EQ(all[7].tcp.sequence, 1007u);
  EXPECT_EQ(all[7].tcp.acknowledgement, 5004u);
}

TEST(Conversation, RendersTagsAndBothFamilies) {
  ConversationParams params = over_ipv6();
  params.tags = {{100, 0x88a8}, {42}};
  const Octets frame = Conversation(params).syn().frames()[0].bytes;
  EXPECT_EQ(load_be16(&frame[12]), 0x88a8);
  EXPECT_EQ(load_be16(&frame[16]), kTypeVlan);
  EXPECT_EQ(load_be16(&frame[20]), kTypeIpv6);
  EXPECT_EQ(frame.size(), 22u + 40 + 20);
}

TEST(PcapBuilder, WritesEitherByteOrderAndCutsAtTheSnapLength) {
  PcapFormat format;
  format.big_endian = true;
  format.nanoseconds = true;
  format.snap_length = 60;
  TimedFrame frame = timed(5, Octets(100));
  const Octets file = PcapBuilder(format).add(frame).file();
  EXPECT_EQ(file.size(), 24u + 16 + 60);
  EXPECT_EQ(load_be32(&file[0]), 0xa1b23c4du);
  EXPECT_EQ(load_be32(&file[28]), 5'000'000u);
  EXPECT_EQ(load_be32(&file[32]), 60u);
  EXPECT_EQ(load_be32(&file[36]), 100u);
}

TEST(SegmentStore, LendsPayloadsThatStayInPlace) {
  SegmentStore store;
  const auto segments =
      store.make_all(Conversation().syn().client("first").client("second").segments());
  EXPECT_EQ(as_text(segments[3]->payload), "first");
  EXPECT_EQ(as_text(segments[4]->payload), "second");
  EXPECT_EQ(segments[4]->frame->number, 5u);
  EXPECT_TRUE(segments[0]->has(tcp_flag::kSyn));
}

TEST(FakeSource, GivesBatchesIdlePointsAndTheErrorAtTheEnd) {
  FakeSourceParams params;
  params.batch = 2;
  params.idle_after = {3};
  params.error = Error{"fake.pcap: cut", 0};
  FakeSource source(Conversation().syn().client("a").fin().frames(), params);
  std::vector<size_t> sizes;
  for (;;) {
    FrameBatch batch;
    const Result<ReadState> state = source.read(batch);
    if (!state) break;
    sizes.push_back(batch.frames.size() + (*state == ReadState::idle ? 100 : 0));
  }
  EXPECT_EQ(sizes, (std::vector<size_t>{2, 101, 2, 2}));
  FrameBatch after;
  EXPECT_EQ(*source.read(after), ReadState::end);
  EXPECT_EQ(source.interfaces()[0].frames, 7u);
}

TEST(WithFaults, KeepsAllFramesAndNoTimeRunsBackWhenItOnlyReorders) {
  Conversation talk;
  for (int i = 0; i < 100; ++i) talk.client(std::to_string(i));
  Faults faults;
  faults.reordering = 30;
  const std::vector<TimedFrame> frames = talk.frames();
  std::vector<TimedFrame> shaken = with_faults(frames, faults);
  ASSERT_EQ(shaken.size(), frames.size());
  const auto earlier = [](const TimedFrame& a, const TimedFrame& b) { return a.time < b.time; };
  EXPECT_TRUE(std::is_sorted(shaken.begin(), shaken.end(), earlier));
  const auto same = [](const TimedFrame& a, const TimedFrame& b) { return a.bytes == b.bytes; };
  EXPECT_FALSE(std::equal(frames.begin(), frames.end(), shaken.begin(), same));
  EXPECT_TRUE(std::is_permutation(frames.begin(), frames.end(), shaken.begin(), same));
}

TEST(FaultySource, LosesAndDoublesAndTellsTheErrorLast) {
  Conversation talk;
  for (int i = 0; i < 200; ++i) talk.client("x");
  FakeSourceParams params;
  params.error = Error{"cut", 0};
  Faults faults;
  faults.loss = 10;
  faults.duplication = 10;
  FaultySource source(std::make_unique<FakeSource>(talk.frames(), params), faults);
  FrameBatch batch;
  ASSERT_TRUE(source.read(batch));
  EXPECT_NE(batch.frames.size(), 200u);
  EXPECT_GT(batch.frames.size(), 150u);
  EXPECT_EQ(batch.frames.back().number, batch.frames.size());
  EXPECT_FALSE(source.read(batch));
}

TEST(MemoryConsumer, KeepsBytesAndGapsAndNotesBreaches) {
  MemoryFlows made;
  const std::unique_ptr<StreamConsumer> consumer = made.create();
  FlowRecord record;
  const FakeFlow flow;
  consumer->on_start(flow);
  consumer->on_half_start(Direction::originator, {});
  consumer->on_bytes(Direction::originator, 0, as_bytes("ab"), {});
  consumer->on_gap(Direction::originator, 2, 3, GapReason::not_captured);
  consumer->on_bytes(Direction::originator, 5, as_bytes("cd"), {});
  EXPECT_TRUE(made.flows[0].faults.empty());
  EXPECT_EQ(made.flows[0].originator(), std::string("ab\0\0\0cd", 7));
  EXPECT_EQ(made.flows[0].half(Direction::originator).marked, "ab[3 not captured]cd");
  consumer->on_bytes(Direction::originator, 6, as_bytes("d"), {});  // a byte twice
  consumer->on_end(FlowEnd::closed, record);                        // the half has not ended
  EXPECT_EQ(made.flows[0].faults.size(), 2u);
}

}  // namespace
}  // namespace tcpflow::test
