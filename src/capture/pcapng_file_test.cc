#include "capture/pcapng_file.h"

#include <gtest/gtest.h>

#include "capture/capture_file.h"
#include "capture/memory_stream.h"
#include "capture/test_captures.h"

namespace tcpflow {
namespace {

using namespace testing;

constexpr uint64_t kSecond = 1'000'000;  // in microseconds, the usual resolution

std::unique_ptr<CaptureFile> source_of(const std::string& file, size_t piece = SIZE_MAX,
                                       size_t buffer = 4096) {
  return std::make_unique<CaptureFile>(
      std::make_unique<MemoryStream>(as_bytes(file), piece, "in.pcapng"), buffer);
}

Collected read_bytes(const std::string& file) { return read_all(*source_of(file)); }

std::string two_frames(bool is_big) {
  const PcapngWriter w(is_big);
  return w.section() + w.interface(1) + w.enhanced(0, 1500000000 * kSecond + 1, "first") +
         w.enhanced(0, 1500000001 * kSecond, "second one");
}

TEST(PcapngFile, ReadsBothByteOrders) {
  for (const bool is_big : {false, true}) {
    const Collected all = read_bytes(two_frames(is_big));
    EXPECT_EQ(all.message(), "");
    ASSERT_EQ(all.octets, (std::vector<std::string>{"first", "second one"}));
    EXPECT_EQ(all.frames[1].number, 2u);
    EXPECT_EQ(all.frames[1].original_length, 17u);
    EXPECT_EQ(epoch_time(all.frames[0].time), "1500000000.000001");
  }
}

TEST(PcapngFile, ReadsSectionsOfEitherByteOrderOneAfterTheOther) {
  const std::string file = two_frames(false) + two_frames(true) + two_frames(false);
  const auto source = source_of(file);
  const Collected all = read_all(*source);
  EXPECT_EQ(all.message(), "");
  ASSERT_EQ(all.frames.size(), 6u);
  EXPECT_EQ(all.frames[5].number, 6u);
  EXPECT_EQ(all.frames[5].interface, 2u);
  ASSERT_EQ(source->interfaces().size(), 3u);
  EXPECT_EQ(source->interfaces()[1].frames, 2u);
}

TEST(PcapngFile, KeepsLinkTypeResolutionAndOffsetOfEachInterface) {
  const PcapngWriter w;
  const std::string offset = w.writer().u64(static_cast<uint64_t>(-100)).str();
  const std::string file =
      w.section() + w.interface(1, 96, w.option(2, "eth0") + w.option(13, "\x04")) +
      w.interface(101, 0, w.option(9, "\x09")) + w.interface(113, 0, w.option(9, "\x8a")) +
      w.interface(1, 0, w.option(14, offset)) + w.enhanced(0, 2 * kSecond, "a") +
      w.enhanced(1, 1500000000123456789, "b") + w.enhanced(2, 5 * 1024 + 512, "c") +
      w.enhanced(3, 150 * kSecond, "d");
  const auto source = source_of(file);
  const Collected all = read_all(*source);
  ASSERT_EQ(all.frames.size(), 4u) << all.message();
  EXPECT_EQ(source->interfaces()[0].name, "eth0");
  EXPECT_EQ(source->interfaces()[0].snap_length, 96u);
  EXPECT_EQ(all.frames[0].fcs_length, 4);
  EXPECT_EQ(all.frames[1].fcs_length, kFcsUnknown);
  EXPECT_EQ(all.frames[1].link, LinkType::raw);
  EXPECT_EQ(epoch_time(all.frames[1].time), "1500000000.123456789");
  EXPECT_EQ(all.frames[2].link, LinkType::linux_sll);
  EXPECT_EQ(epoch_time(all.frames[2].time), "5.500000");
  EXPECT_EQ(epoch_time(all.frames[3].time), "50.000000");
}

TEST(PcapngFile, ReadsSimplePacketsCutBySnapLengthWithoutTheirPadding) {
  const PcapngWriter w;
  const Collected all =
      read_bytes(w.section() + w.interface(101, 5) + w.simple("abcde", 60) + w.simple("xyz", 3));
  ASSERT_EQ(all.octets, (std::vector<std::string>{"abcde", "xyz"})) << all.message();
  EXPECT_EQ(all.frames[0].original_length, 60u);
  EXPECT_EQ(all.frames[0].link, LinkType::raw);
  EXPECT_EQ(all.frames[0].time, Timestamp{});
}

TEST(PcapngFile, ReadsTheOldPacketBlock) {
  for (const bool is_big : {false, true}) {
    const PcapngWriter w(is_big);
    const Collected all = read_bytes(w.section() + w.interface(1) + w.interface(12) +
                                     w.old_packet(1, 7 * kSecond, "old"));
    ASSERT_EQ(all.octets, std::vector<std::string>{"old"}) << all.message();
    EXPECT_EQ(all.frames[0].interface, 1u);
    EXPECT_EQ(epoch_time(all.frames[0].time), "7.000000");
    EXPECT_EQ(all.frames[0].lost_within, 1u);
  }
}

TEST(PcapngFile, TakesFromPacketsWhereTheCaptureLostSome) {
  const PcapngWriter w;
  const auto drops = [&w](uint64_t count) { return w.option(4, w.writer().u64(count).str()); };
  const std::string short_option = w.option(4, "1234");
  const Collected all =
      read_bytes(w.section() + w.interface(1) + w.enhanced(0, 0, "a", drops(0)) +
                 w.enhanced(0, 0, "b", drops(7)) + w.enhanced(0, 0, "c") +
                 w.enhanced(0, 0, "d", short_option) + w.old_packet(0, 0, "e", 0xffff) +
                 w.old_packet(0, 0, "f", 0) + w.old_packet(0, 0, "g", 1));
  std::string lost_before;
  for (const Frame& frame : all.frames) {
    if (frame.lost_within == 1) lost_before += all.octets[frame.number - 1];
  }
  EXPECT_EQ(lost_before, "bg") << all.message();
}

TEST(PcapngFile, TakesTheFrameCheckSequenceFromAPacketsFlags) {
  const PcapngWriter w;
  const std::string flags = w.option(2, w.writer().u32(4 << 5).str());
  const Collected all = read_bytes(w.section() + w.interface(1) +
                                   w.enhanced(0, 0, "abcde", w.option(1, "a comment") + flags));
  ASSERT_EQ(all.frames.size(), 1u);
  EXPECT_EQ(all.frames[0].fcs_length, 4);
}

TEST(PcapngFile, SumsTheLastStatisticsOfEachInterface) {
  const PcapngWriter w;
  const auto statistics = [&w](uint32_t id, uint64_t received, uint64_t drops) {
    return w.block(
        5, w.writer().u32(id).u64(0).str() + w.option(4, w.writer().u64(received).str()) +
               w.option(5, w.writer().u64(1).str()) + w.option(7, w.writer().u64(drops).str()));
  };
  const std::string file = w.section() + w.interface(1) + w.interface(1) + statistics(0, 10, 1) +
                           statistics(0, 30, 2) + statistics(1, 5, 3) + statistics(9, 99, 99);
  const auto source = source_of(file);
  EXPECT_FALSE(source->loss().known);
  EXPECT_EQ(read_all(*source).message(), "");
  EXPECT_TRUE(source->loss().known);
  EXPECT_EQ(source->loss().received, 35u);
  EXPECT_EQ(source->loss().dropped_by_kernel, 5u);
  EXPECT_EQ(source->loss().dropped_by_interface, 2u);
}

TEST(PcapngFile, KeepsDecryptionSecrets) {
  const PcapngWriter w;
  const std::string file = w.section() +
                           w.block(10, w.writer().u32(0x544c534b).u32(5).text("KEYS\n").str()) +
                           w.interface(1);
  const auto source = source_of(file);
  EXPECT_EQ(read_all(*source).message(), "");
  ASSERT_EQ(source->secrets().size(), 1u);
  EXPECT_EQ(source->secrets()[0].first, 0x544c534bu);
  EXPECT_EQ(source->secrets()[0].second, "KEYS\n");
}

TEST(PcapngFile, KeepsSecretsUpToALimitAndSaysWhatItLeft) {
  const PcapngWriter w;
  const std::string half(PcapngFormat::kMaxSecretBytes / 2 - 100, 'k');
  const std::string secrets =
      w.block(10, w.writer().u32(1).u32(static_cast<uint32_t>(half.size())).text(half).str());
  const std::string file =
      w.section() + secrets + secrets + secrets + w.interface(1) + w.enhanced(0, 0, "after");
  const auto source = source_of(file);
  EXPECT_EQ(read_all(*source).octets, std::vector<std::string>{"after"});
  EXPECT_EQ(source->secrets().size(), 2u);
  ASSERT_EQ(source->notes().size(), 1u);
  EXPECT_NE(source->notes()[0].find("1 decryption secrets blocks"), std::string::npos);
}

TEST(PcapngFile, SkipsUnknownBlocksHoweverLong) {
  const PcapngWriter w;
  const std::string file = w.section() + w.block(0x80000001, std::string(100000, 'u')) +
                           w.interface(1) + w.block(0xbad, "") + w.enhanced(0, 0, "after");
  for (const size_t piece : {size_t{1}, size_t{999}, SIZE_MAX}) {
    EXPECT_EQ(read_all(*source_of(file, piece, 64)).octets, std::vector<std::string>{"after"});
  }
}

TEST(PcapngFile, FindsALyingTrailer) {
  const PcapngWriter w;
  for (const std::string& block : {w.enhanced(0, 0, "second"), w.block(0xbad, "unknown")}) {
    std::string file = w.section() + w.interface(1) + w.enhanced(0, 0, "first");
    const std::string at = std::to_string(file.size());
    file += block;
    file[file.size() - 4] = '\1';
    const Collected all = read_bytes(file + w.enhanced(0, 0, "third"));
    EXPECT_EQ(all.octets, std::vector<std::string>{"first"});
    EXPECT_NE(all.message().find("header and trailer don't match"), std::string::npos);
  }
}

TEST(PcapngFile, StopsAtLengthsThatCannotBe) {
  const PcapngWriter w;
  const std::string good = w.section() + w.interface(1) + w.enhanced(0, 0, "first");
  const auto packet = [&w](uint32_t id, uint32_t captured) {
    return w.block(6, w.writer().u32(id).u64(0).u32(captured).u32(4).text("data").str());
  };
  const std::vector<std::string> bad = {
      w.writer().u32(6).u32(8).u32(8).str(),           // no room for its own trailer
      w.writer().u32(6).u32(0).u32(0).str(),           //
      w.writer().u32(6).u32(0xfffffffc).u32(0).str(),  // 4 GiB
      w.writer().u32(1).u32(0x40000000).u32(0).str(),  // an interface of 1 GiB
      w.block(6, "short"),                             //
      w.block(2, "short"),                             //
      w.block(3, ""),                                  //
      w.block(1, "x"),                                 //
      packet(0, 5),                                    // more octets than the block has
      packet(0, 0xffffffff),                           //
      packet(1, 4),                                    // nobody described this interface
      w.section(2),                                    // a version of the future
      w.interface(1, 0, w.option(9, "\x14")),          // 10^-20 s
      w.block(0x0a0d0d0a, "xxxx0123456789ab"),         // neither byte order
  };
  for (size_t i = 0; i < bad.size(); ++i) {
    const Collected all = read_bytes(good + bad[i] + good);
    EXPECT_EQ(all.octets, std::vector<std::string>{"first"}) << i;
    EXPECT_NE(all.message(), "") << i;
  }
}

TEST(PcapngFile, LivesWithOptionsThatContradictTheirBlock) {
  const PcapngWriter w;
  const std::string overlong = w.writer().u16(2).u16(500).text("name").str();
  const std::string file = w.section() + w.interface(1, 0, overlong) +
                           w.interface(1, 0, w.option(9, "")) + w.enhanced(0, 0, "a", "odd") +
                           w.enhanced(1, kSecond, "b", overlong);
  const Collected all = read_bytes(file);
  EXPECT_EQ(all.octets, (std::vector<std::string>{"a", "b"})) << all.message();
}

TEST(PcapngFile, GivesEveryFrameBeforeACutAtAnyByte) {
  for (const bool is_big : {false, true}) {
    const PcapngWriter w(is_big);
    const std::string head = w.section() + w.interface(1, 0, w.option(2, "eth0"));
    const std::string first = head + w.enhanced(0, 1, "first");
    const std::string file = first + w.block(77, "unknown") + w.old_packet(0, 2, "second");
    for (size_t cut = 0; cut <= file.size(); ++cut) {
      const Collected all = read_bytes(file.substr(0, cut));
      EXPECT_EQ(all.frames.size(), (cut >= first.size()) + (cut == file.size())) << cut;
      EXPECT_TRUE(cut < file.size() || !all.error) << all.message();
    }
    EXPECT_NE(read_bytes(file.substr(0, first.size() + 14)).message(), "");
    EXPECT_EQ(read_bytes(file.substr(0, head.size() + 20)).message(),
              "in.pcapng: truncated pcapng dump file; tried to read 40 bytes, only got 20 "
              "(at byte " +
                  std::to_string(head.size()) + ")");
  }
}

TEST(PcapngFile, ReadsTheSameFromPiecesOfAnySizeIntoBuffersOfAnySize) {
  std::string file;
  std::vector<std::string> expected;
  for (size_t i = 0; i < 40; ++i) {
    const PcapngWriter w(i / 8 % 2 == 0);
    if (i % 8 == 0) file += w.section() + w.interface(1);
    expected.emplace_back(i * 7 % 131, static_cast<char>('a' + i % 26));
    file += w.enhanced(0, i, expected.back());
  }
  for (const size_t piece : std::vector<size_t>{1, 2, 3, 17, 1000}) {
    for (const size_t buffer : std::vector<size_t>{64, 100, 1000}) {
      EXPECT_EQ(read_all(*source_of(file, piece, buffer)).octets, expected);
    }
  }
}

}  // namespace
}  // namespace tcpflow
