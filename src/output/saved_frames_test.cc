#include <gtest/gtest.h>

#include "output/flow_pcap.h"
#include "output/test_flows.h"
#include "output/test_frames.h"
#include "output/unprocessed_writer.h"

namespace tcpflow {
namespace {

using test::as_pcap;
using test::as_pcapng;
using test::content;
using test::Frames;
using test::TemporaryFolder;

constexpr FrameFate kUsed{Drop::none, true};
constexpr FrameFate kUdp{Drop::not_tcp, true};
constexpr FrameFate kArp{Drop::not_ip, false};

void add(UnprocessedWriter& writer, const Frame& frame) {
  UnusedFrame unused{frame, {}};
  writer.on_entry(unused);
}

TEST(UnprocessedWriter, KeepsIpThatNoStreamUsed) {
  const TemporaryFolder folder;
  test::ErrorLog errors;
  test::NeverStops waiter;
  UnprocessedWriter writer(folder / "u", errors, waiter);
  ASSERT_TRUE(writer.open());
  writer.set_input(LinkType::ethernet, 96);
  Frames frames;
  Frames others;
  const Moment now;
  EntryLane<UnusedFrame> lane(writer);
  UndecodedFrames undecoded(lane);
  undecoded.go_by(now);
  undecoded.on_frame(frames.add("udp"), kUdp);
  undecoded.on_frame(others.add("tcp"), kUsed);
  undecoded.on_frame(others.add("arp"), kArp);
  UnusedSegments(lane, now).on_unused(frames.add("syn"));
  lane.replay(0, lane.moments().size());
  writer.finish();
  EXPECT_EQ(content(folder / "u"), as_pcap(frames.all(), {LinkType::ethernet, 96}));
  EXPECT_EQ(writer.frames(), 2U);
  EXPECT_TRUE(errors.messages.empty());
}

TEST(UnprocessedWriter, TakesTheHeaderFromTheFirstInput) {
  const TemporaryFolder folder;
  test::ErrorLog errors;
  test::NeverStops waiter;
  UnprocessedWriter writer(folder / "u", errors, waiter);
  ASSERT_TRUE(writer.open());
  writer.set_input(LinkType::raw, 1500);
  writer.set_input(LinkType::ethernet, 9000);
  writer.finish();
  EXPECT_EQ(content(folder / "u"), as_pcap({}, {LinkType::raw, 1500}));
}

TEST(UnprocessedWriter, WritesAtOnceWhenNoInputIsAtHand) {
  const TemporaryFolder folder;
  test::ErrorLog errors;
  test::NeverStops waiter;
  UnprocessedWriter writer(folder / "u", errors, waiter);
  ASSERT_TRUE(writer.open());
  Frames frames;
  add(writer, frames.add("udp"));
  writer.on_batch_end(false);
  EXPECT_EQ(content(folder / "u"), "");
  writer.on_batch_end(true);
  EXPECT_EQ(content(folder / "u"), as_pcap(frames.all(), {LinkType::ethernet, 262144}));
}

TEST(UnprocessedWriter, HoldsTwoLinkTypesAsPcapng) {
  const TemporaryFolder folder;
  test::ErrorLog errors;
  test::NeverStops waiter;
  UnprocessedWriter writer(folder / "u", errors, waiter);
  ASSERT_TRUE(writer.open());
  Frames frames;
  add(writer, frames.add("one"));
  writer.on_batch_end(true);
  add(writer, frames.add("two", make_time(2, 0), LinkType::raw));
  writer.finish();
  EXPECT_EQ(content(folder / "u"), as_pcapng(frames.all()));
}

TEST(UnprocessedWriter, SaysAtOnceThatItsFileCannotBe) {
  test::ErrorLog errors;
  test::NeverStops waiter;
  UnprocessedWriter writer("/dev/null/u", errors, waiter);
  const Status opened = writer.open();
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().message, "/dev/null/u: Not a directory");
}

TEST(UnprocessedWriter, SaysOnceThatTheDiskIsFull) {
  test::ErrorLog errors;
  test::NeverStops waiter;
  UnprocessedWriter writer("/dev/full", errors, waiter);
  ASSERT_TRUE(writer.open());
  Frames frames;
  for (int i = 0; i < 3; ++i) {
    add(writer, frames.add("udp"));
    writer.on_batch_end(true);
  }
  writer.finish();
  EXPECT_EQ(errors.messages, std::vector<std::string>{"/dev/full: No space left on device"});
}

// Segments whose frames are kept per direction, so that a test can say what a file must hold.
struct Sender {
  HalfInfo half;
  Frames frames;

  Segment segment(const std::string& octets, LinkType link = LinkType::ethernet,
                  int64_t seconds = 1'500'000'000) {
    Segment made;
    made.frame = &frames.add(octets, make_time(seconds, 0), link);
    made.source = half.source;
    made.destination = half.destination;
    made.source_port = half.source_port;
    made.destination_port = half.destination_port;
    return made;
  }
  // With the same addresses and ports.
  Datagram datagram(const std::string& octets) {
    const Segment like = segment(octets);
    Datagram made;
    made.frame = like.frame;
    made.source = like.source;
    made.destination = like.destination;
    made.source_port = like.source_port;
    made.destination_port = like.destination_port;
    return made;
  }
};

struct Fixture {
  explicit Fixture(FlowPcapOptions options = {}, size_t max_open = 8, const std::string& text = "")
      : budget(max_open),
        pcaps(test::names_in(folder, text), options, {budget, errors, waiter}, Timestamp()) {}

  std::string operator[](const std::string& name) const { return content(folder / name); }

  TemporaryFolder folder;
  FileBudget budget;
  test::ErrorLog errors;
  test::NeverStops waiter;
  FlowPcap pcaps;
};

constexpr char kClientPcap[] = "010.001.002.003.40000-192.000.002.080.00080.pcap";
constexpr char kServerPcap[] = "192.000.002.080.00080-010.001.002.003.40000.pcap";

TEST(FlowPcap, AppendsEveryPacketToTheFileOfItsDirection) {
  Fixture fixture;
  Sender client{test::client_half(), {}};
  Sender server{test::server_half(), {}};
  fixture.pcaps.on_segment(client.segment("syn"));
  fixture.pcaps.on_segment(server.segment("syn+ack"));
  fixture.pcaps.on_batch_end(false);
  fixture.pcaps.on_segment(client.segment("data", LinkType::ethernet, 1'600'000'000));
  fixture.pcaps.finish();
  EXPECT_EQ(fixture[kClientPcap], as_pcap(client.frames.all(), {}));
  EXPECT_EQ(fixture[kServerPcap], as_pcap(server.frames.all(), {}));
}

TEST(FlowPcap, KeepsDatagramsApartFromSegmentsOnTheSamePorts) {
  Fixture fixture;
  Sender tcp{test::client_half(), {}};
  Sender udp{test::client_half(), {}};
  fixture.pcaps.on_segment(tcp.segment("a segment"));
  fixture.pcaps.on_datagram(udp.datagram("a datagram"));
  fixture.pcaps.on_segment(tcp.segment("another"));
  fixture.pcaps.on_datagram(udp.datagram("another"));
  fixture.pcaps.finish();
  EXPECT_EQ(fixture[kClientPcap], as_pcap(tcp.frames.all(), {}));
  EXPECT_EQ(fixture["010.001.002.003.40000-192.000.002.080.00080.udp.pcap"],
            as_pcap(udp.frames.all(), {}));
}

TEST(FlowPcap, KeepsTheNameThatTheFirstPacketGave) {
  FlowPcapOptions options;
  options.time_shift = std::chrono::seconds(5);
  Fixture fixture(options, 8, "%A/%t-%N-%S%c");
  Sender client{test::client_half(), {}};
  fixture.pcaps.on_segment(client.segment("one"));
  fixture.pcaps.on_segment(client.segment("two", LinkType::ethernet, 1'600'000'000));
  fixture.pcaps.finish();
  EXPECT_EQ(fixture["010.001.002.003/1500000005-000-00000000000000000000.pcap"],
            as_pcap(client.frames.all(), {}));
}

TEST(FlowPcap, SharesAFileBetweenDirectionsOfOneName) {
  Fixture fixture({}, 1, "all");
  Sender both{test::client_half(), {}};
  fixture.pcaps.on_segment(both.segment("one"));
  both.half = test::server_half();
  fixture.pcaps.on_segment(both.segment("two"));
  fixture.pcaps.finish();
  EXPECT_EQ(fixture["all.pcap"], as_pcap(both.frames.all(), {}));
}

TEST(FlowPcap, ReplacesFilesOfEarlierRuns) {
  Fixture fixture;
  test::put_file(fixture.folder / kClientPcap, std::string(1000, 'o'));
  Sender client{test::client_half(), {}};
  fixture.pcaps.on_segment(client.segment("one"));
  fixture.pcaps.finish();
  EXPECT_EQ(fixture[kClientPcap], as_pcap(client.frames.all(), {}));
}

TEST(FlowPcap, LosesNothingWhenFewFilesMayBeOpenAndFewDirectionsKept) {
  FlowPcapOptions options;
  options.directions = 3;
  Fixture fixture(options, 1);
  std::deque<Sender> senders(8);
  for (int round = 0; round < 4; ++round) {
    for (size_t i = 0; i < senders.size(); ++i) {
      senders[i].half = test::client_half();
      senders[i].half.source_port = static_cast<uint16_t>(40000 + i);
      fixture.pcaps.on_segment(senders[i].segment("packet " + std::to_string(round)));
      if (i % 3 == 0) fixture.pcaps.on_batch_end(false);
    }
  }
  fixture.pcaps.finish();
  for (size_t i = 0; i < senders.size(); ++i) {
    const std::string port = std::to_string(40000 + i);
    EXPECT_EQ(fixture["010.001.002.003." + port + "-192.000.002.080.00080.pcap"],
              as_pcap(senders[i].frames.all(), {}));
  }
}

TEST(FlowPcap, HoldsADirectionOfTwoLinkTypesAsPcapng) {
  Fixture fixture;
  Sender client{test::client_half(), {}};
  fixture.pcaps.on_segment(client.segment("one", LinkType::raw));
  fixture.pcaps.on_batch_end(true);
  fixture.pcaps.on_segment(client.segment("two", LinkType::ethernet));
  fixture.pcaps.finish();
  EXPECT_EQ(fixture[kClientPcap], as_pcapng(client.frames.all()));
}

TEST(FlowPcap, SaysOnceAFileWhatCannotBeWrittenAndGoesOn) {
  Fixture fixture({}, 8, "%a/x%c");
  test::put_file(fixture.folder / "40000", "in the way");
  Sender client{test::client_half(), {}};
  Sender server{test::server_half(), {}};
  for (int i = 0; i < 3; ++i) {
    fixture.pcaps.on_segment(client.segment("lost"));
    fixture.pcaps.on_segment(server.segment("kept"));
    fixture.pcaps.on_batch_end(false);
  }
  fixture.pcaps.finish();
  EXPECT_EQ(fixture.errors.messages,
            std::vector<std::string>{fixture.folder / "40000/x.pcap" + ": Not a directory"});
  EXPECT_EQ(fixture["00080/x.pcap"], as_pcap(server.frames.all(), {}));
}

}  // namespace
}  // namespace tcpflow
