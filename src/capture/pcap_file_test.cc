#include "capture/pcap_file.h"

#include <gtest/gtest.h>

#include "capture/capture_file.h"
#include "capture/memory_stream.h"
#include "capture/test_captures.h"

namespace tcpflow {
namespace {

using namespace testing;

Collected read_bytes(const std::string& file, size_t piece = SIZE_MAX, size_t buffer = 4096) {
  CaptureFile source(std::make_unique<MemoryStream>(as_bytes(file), piece, "in.pcap"), buffer);
  return read_all(source);
}

std::string two_frames(const PcapHeader& header = {}) {
  return pcap_header(header) + pcap_record({.bytes = "first frame"}, header.is_big) +
         pcap_record({.seconds = 1500000001, .fraction = 7, .bytes = "second"}, header.is_big);
}

TEST(PcapFile, ReadsBothByteOrders) {
  for (const bool is_big : {false, true}) {
    const Collected all = read_bytes(two_frames({.is_big = is_big}));
    EXPECT_EQ(all.message(), "");
    EXPECT_EQ(all.octets, (std::vector<std::string>{"first frame", "second"}));
    EXPECT_EQ(all.frames[0].number, 1u);
    EXPECT_EQ(all.frames[1].number, 2u);
    EXPECT_EQ(all.frames[0].link, LinkType::ethernet);
    EXPECT_EQ(epoch_time(all.frames[0].time), "1500000000.001000");
  }
}

TEST(PcapFile, ReadsNanoseconds) {
  for (const bool is_big : {false, true}) {
    const Collected all = read_bytes(two_frames({.is_big = is_big, .magic = 0xa1b23c4d}));
    EXPECT_EQ(epoch_time(all.frames[1].time), "1500000001.000000007");
  }
}

TEST(PcapFile, ReadsTheLongRecordHeadersOfPatchedLibpcaps) {
  ByteWriter record;
  record.u32(5).u32(6).u32(3).u32(9).u32(2).u16(0x800).u8(0).u8(0).text("abc");
  const Collected all =
      read_bytes(pcap_header({.magic = 0xa1b2cd34}) + record.str() + record.str());
  EXPECT_EQ(all.message(), "");
  EXPECT_EQ(all.octets, (std::vector<std::string>{"abc", "abc"}));
  EXPECT_EQ(all.frames[0].original_length, 9u);
}

TEST(PcapFile, ReadsTheSwappedLengthsOfOldVersions) {
  const std::string swapped = pcap_record({.bytes = "abc", .captured = 60, .original = 3});
  const std::string in_order = pcap_record({.bytes = "abc", .captured = 3, .original = 60});
  for (const std::string& file :
       {pcap_header({.minor = 2}) + swapped, pcap_header({.minor = 3}) + swapped,
        pcap_header({.minor = 3}) + in_order, pcap_header({.major = 543, .minor = 0}) + swapped}) {
    const Collected all = read_bytes(file);
    ASSERT_EQ(all.octets, std::vector<std::string>{"abc"}) << all.message();
    EXPECT_EQ(all.frames[0].original_length, 60u);
  }
}

TEST(PcapFile, RefusesVersionsThatNobodyWrote) {
  EXPECT_EQ(read_bytes(pcap_header({.major = 3})).message(),
            "in.pcap: unsupported pcap savefile version 3.4");
  EXPECT_EQ(read_bytes(pcap_header({.minor = 5})).message(),
            "in.pcap: unsupported pcap savefile version 2.5");
}

TEST(PcapFile, TakesTheFrameCheckSequenceFromTheLinkTypeField) {
  EXPECT_EQ(read_bytes(two_frames({.link = 0x24000001})).frames[0].fcs_length, 4);
  EXPECT_EQ(read_bytes(two_frames({.link = 0x04000001})).frames[0].fcs_length, 0);
  EXPECT_EQ(read_bytes(two_frames({.link = 1})).frames[0].fcs_length, kFcsUnknown);
  EXPECT_EQ(read_bytes(two_frames({.link = 0x24000001})).frames[0].link, LinkType::ethernet);
}

TEST(PcapFile, NeverHasAnOriginalLengthBelowTheCapturedOne) {
  const Collected all = read_bytes(pcap_header() + pcap_record({.bytes = "abcdef", .original = 2}) +
                                   pcap_record({.bytes = "abcdef", .original = 1500}));
  EXPECT_EQ(all.frames[0].original_length, 6u);
  EXPECT_EQ(all.frames[1].original_length, 1500u);
}

TEST(PcapFile, KeepsTheSecondWhereTheFractionIsNone) {
  const Collected all =
      read_bytes(pcap_header() + pcap_record({.seconds = 10, .fraction = 999'999, .bytes = "x"}) +
                 pcap_record({.seconds = 10, .fraction = 1'000'000, .bytes = "x"}));
  EXPECT_EQ(epoch_time(all.frames[0].time), "10.999999");
  EXPECT_EQ(epoch_time(all.frames[1].time), "10.000000");
}

TEST(PcapFile, IsFineWithAHeaderAlone) {
  const Collected all = read_bytes(pcap_header());
  EXPECT_EQ(all.message(), "");
  EXPECT_TRUE(all.frames.empty());
}

TEST(PcapFile, StopsAtALengthThatCannotBe) {
  const std::string good = two_frames();
  const Collected all = read_bytes(good + pcap_record({.bytes = "x", .captured = 262145}) + good);
  EXPECT_EQ(all.frames.size(), 2u);
  EXPECT_EQ(all.message(),
            "in.pcap: invalid packet capture length 262145, bigger than maximum of 262144 "
            "(at byte 73)");
}

TEST(PcapFile, BelievesLongFramesWhereTheSnapLengthAllowsThem) {
  const std::string large(300000, 'x');
  const std::string file = pcap_header({.snap_length = 400000}) + pcap_record({.bytes = large}) +
                           pcap_record({.bytes = "after"});
  const Collected all = read_bytes(file, 1000, 4096);
  EXPECT_EQ(all.message(), "");
  EXPECT_EQ(all.octets, (std::vector<std::string>{large, "after"}));
}

TEST(PcapFile, GivesEveryFrameBeforeACutAtAnyByte) {
  for (const bool is_big : {false, true}) {
    const std::string file = two_frames({.is_big = is_big});
    const size_t first_end = 24 + 16 + 11;
    for (size_t cut = 0; cut <= file.size(); ++cut) {
      const Collected all = read_bytes(file.substr(0, cut));
      EXPECT_EQ(all.frames.size(), (cut >= first_end) + (cut == file.size())) << cut;
      const bool is_whole = cut == 24 || cut == first_end || cut == file.size();
      EXPECT_EQ(all.error.has_value(), !is_whole) << cut;
    }
  }
}

TEST(PcapFile, SaysWhatIsCutAndWhere) {
  const std::string file = two_frames();
  EXPECT_EQ(read_bytes("").message(),
            "in.pcap: truncated dump file; tried to read 4 file header bytes, only got 0");
  EXPECT_EQ(read_bytes(file.substr(0, 20)).message(),
            "in.pcap: truncated dump file; tried to read 24 file header bytes, only got 20");
  EXPECT_EQ(read_bytes(file.substr(0, 30)).message(),
            "in.pcap: truncated dump file; tried to read 16 header bytes, only got 6 (at byte 24)");
  EXPECT_EQ(
      read_bytes(file.substr(0, 42)).message(),
      "in.pcap: truncated dump file; tried to read 11 captured bytes, only got 2 (at byte 24)");
}

TEST(PcapFile, ReadsTheSameFromPiecesOfAnySizeIntoBuffersOfAnySize) {
  std::string file = pcap_header();
  std::vector<std::string> expected;
  for (size_t i = 0; i < 40; ++i) {
    expected.emplace_back(i * 7 % 131, static_cast<char>('a' + i % 26));
    file += pcap_record({.bytes = expected.back()});
  }
  for (const size_t piece : std::vector<size_t>{1, 2, 3, 17, 1000}) {
    for (const size_t buffer : std::vector<size_t>{64, 100, 1000}) {
      EXPECT_EQ(read_bytes(file, piece, buffer).octets, expected) << piece << " " << buffer;
    }
  }
}

TEST(PcapFile, SpendsNoMemoryOnALengthThatLies) {
  const std::string file =
      pcap_header({.snap_length = 0xffffffff}) + pcap_record({.bytes = "x", .captured = 100 << 20});
  const Collected all = read_bytes(file, SIZE_MAX, 64);
  EXPECT_TRUE(all.frames.empty());
  EXPECT_NE(all.message().find("tried to read 104857600 captured bytes, only got 1"),
            std::string::npos);
}

TEST(CaptureFile, RefusesWhatIsNoCapture) {
  EXPECT_EQ(read_bytes("GET / HTTP/1.1\r\n").message(), "in.pcap: unknown file format");
}

TEST(CaptureFile, FindsOutAboutTheHeaderAheadAndLosesNoFrameByIt) {
  const std::string file = two_frames();
  CaptureFile source(std::make_unique<MemoryStream>(as_bytes(file)));
  ASSERT_TRUE(source.read_header());
  EXPECT_EQ(source.interfaces().size(), 1u);
  EXPECT_EQ(read_all(source).frames.size(), 2u);
  EXPECT_EQ(source.interfaces()[0].frames, 2u);
}

TEST(CaptureFile, LeavesACutBehindAGoodHeaderToRead) {
  const std::string file = two_frames().substr(0, 30);
  CaptureFile source(std::make_unique<MemoryStream>(as_bytes(file)));
  ASSERT_TRUE(source.read_header());
  EXPECT_NE(read_all(source).message(), "");
}

}  // namespace
}  // namespace tcpflow
