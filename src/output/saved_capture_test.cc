#include "output/saved_capture.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>

#include "base/fd.h"
#include "output/pcap_upgrade.h"
#include "output/test_flows.h"
#include "output/test_frames.h"

namespace tcpflow {
namespace {

using test::as_pcap;
using test::as_pcapng;
using test::content;
using test::Frames;
using test::TemporaryFolder;

std::string hex(const std::string& text) {
  std::string out;
  for (const char c : text) {
    std::array<char, 4> pair{};
    std::snprintf(pair.data(), pair.size(), "%02x", static_cast<unsigned char>(c));
    out += pair.data();
  }
  return out;
}

// The file that `frames` make.
std::string written(const TemporaryFolder& folder, const Frames& frames) {
  FileBudget budget(1);
  test::NeverStops waiter;
  SavedCapture file(budget, waiter, folder / "f", 65535);
  EXPECT_EQ(file.create(), 0);
  for (const Frame& frame : frames.all()) EXPECT_EQ(file.add(frame), 0);
  EXPECT_EQ(file.close(), 0);
  return content(folder / "f");
}

TEST(SavedFormat, WritesLittleEndianPcap) {
  Frames frames;
  std::string text;
  append_pcap_header(text, {LinkType::raw, 0x10203, PcapUnit::micro});
  append_pcap_record(text, frames.add("abc", make_time(0x59682f00, 999'999'999)), PcapUnit::micro);
  EXPECT_EQ(hex(text),
            "d4c3b2a1020004000000000000000000030201006500000000"
            "2f6859"
            "3f420f00"
            "03000000"
            "06000000"
            "616263");
}

TEST(SavedFormat, WritesPcapngBlocksOfWholeWords) {
  Frames frames;
  std::string text;
  append_pcapng_section(text);
  append_pcapng_interface(text, LinkType::linux_sll2);
  append_pcapng_packet(text, frames.add("abcde", Timestamp(Duration(0x0102030405060708))), 7);
  EXPECT_EQ(hex(text),
            "0a0d0d0a1c0000004d3c2b1a01000000ffffffffffffffff1c000000"
            "01000000200000001401000000000000090001000900000000000000"
            "20000000"
            "06000000280000000700000004030201080706050500000008000000"
            "6162636465000000"
            "28000000");
}

TEST(SavedCapture, IsPcapOfTheFirstFramesLinkType) {
  const TemporaryFolder folder;
  Frames frames;
  frames.add("one", make_time(1, 1000), LinkType::raw);
  frames.add("two", make_time(2, 5000), LinkType::raw);
  EXPECT_EQ(written(folder, frames), as_pcap(frames.all(), {LinkType::raw}));
}

TEST(SavedCapture, KeepsNanosecondsWhereTheFirstFrameHasThem) {
  const TemporaryFolder folder;
  Frames frames;
  frames.add("one", make_time(1, 1001));
  frames.add("two", make_time(2, 5000));
  EXPECT_EQ(written(folder, frames),
            as_pcap(frames.all(), {LinkType::ethernet, 65535, PcapUnit::nano}));
}

TEST(SavedCapture, BecomesPcapngWithTheFirstFrameOfAnotherLinkType) {
  const TemporaryFolder folder;
  Frames frames;
  frames.add("one");
  frames.add("three");
  frames.add("raw", make_time(3, 0), LinkType::raw);
  frames.add("four");
  EXPECT_EQ(written(folder, frames), as_pcapng(frames.all()));
}

TEST(SavedCapture, BecomesPcapngWhenALaterTimeWouldLoseDigits) {
  const TemporaryFolder folder;
  Frames frames;
  frames.add("one", make_time(1, 1000));
  frames.add("two", make_time(2, 1001));
  EXPECT_EQ(written(folder, frames), as_pcapng(frames.all()));
}

TEST(SavedCapture, BecomesPcapngAlsoWhenMuchLiesOnDiskAndFewFilesMayBeOpen) {
  const TemporaryFolder folder;
  Frames frames;
  for (size_t i = 0; i < 3000; ++i)
    frames.add(std::string(i % 1500, static_cast<char>('a' + i % 26)));
  frames.add(std::string((size_t{1} << 20) + 100, 'x'));  // longer than what is moved at a time
  for (size_t i = 0; i < 10; ++i) frames.add("tail");
  frames.add("other", make_time(1, 7), LinkType::linux_sll);
  FileBudget budget(1);
  test::NeverStops waiter;
  SavedCapture file(budget, waiter, folder / "f", 65535);
  BudgetedFile rival;
  rival.name = folder / "rival";
  ASSERT_EQ(file.create(), 0);
  for (const Frame& frame : frames.all()) {
    ASSERT_EQ(file.add(frame), 0);
    if (frame.number % 100 != 0) continue;
    ASSERT_EQ(file.write_out(), 0);
    ASSERT_GE(budget.create(rival, O_WRONLY | O_CREAT), 0);
  }
  ASSERT_EQ(file.close(), 0);
  EXPECT_TRUE(content(folder / "f") == as_pcapng(frames.all()));
}

TEST(SavedCapture, RaisesTheSnapLengthForLongerFrames) {
  const TemporaryFolder folder;
  Frames frames;
  frames.add("short");
  FileBudget budget(1);
  test::NeverStops waiter;
  SavedCapture file(budget, waiter, folder / "f", 10);
  file.create();
  file.add(frames.all()[0]);
  file.write_out();
  file.add(frames.add(std::string(70'000, 'x')));
  file.close();
  EXPECT_TRUE(content(folder / "f") == as_pcap(frames.all(), {LinkType::ethernet, 70'000}));
}

TEST(SavedCapture, IsPcapngFromTheStartOnAPipe) {
  const TemporaryFolder folder;
  ASSERT_EQ(::mkfifo((folder / "pipe").c_str(), 0600), 0);
  const Fd reader(::open((folder / "pipe").c_str(), O_RDONLY | O_NONBLOCK));
  Frames frames;
  FileBudget budget(1);
  test::NeverStops waiter;
  SavedCapture file(budget, waiter, folder / "pipe", 65535);
  ASSERT_EQ(file.create(), 0);
  file.add(frames.add("one"));
  EXPECT_EQ(file.write_out(), 0);
  file.add(frames.add("two", make_time(2, 0), LinkType::raw));
  EXPECT_EQ(file.close(), 0);
  std::array<char, 1000> buffer{};
  const ssize_t got = ::read(reader.get(), buffer.data(), buffer.size());
  ASSERT_GT(got, 0);
  EXPECT_EQ(std::string(buffer.data(), static_cast<size_t>(got)), as_pcapng(frames.all()));
}

class StopsAtOnce : public test::NeverStops {
 public:
  bool stop_requested() override { return true; }
};

TEST(SavedCapture, StopsWaitingForTheReaderOfAFifo) {
  const TemporaryFolder folder;
  ASSERT_EQ(::mkfifo((folder / "pipe").c_str(), 0600), 0);
  FileBudget budget(1);
  StopsAtOnce waiter;
  SavedCapture file(budget, waiter, folder / "pipe", 65535);
  EXPECT_EQ(file.create(), ECANCELED);
}

TEST(SavedCapture, HasAHeaderAlsoWithoutFrames) {
  const TemporaryFolder folder;
  FileBudget budget(1);
  test::NeverStops waiter;
  SavedCapture file(budget, waiter, folder / "f", 65535);
  file.create();
  file.begin_empty(LinkType::linux_sll);
  file.close();
  EXPECT_EQ(content(folder / "f"), as_pcap({}, {LinkType::linux_sll}));
}

TEST(SavedCapture, ReplacesAnOldFileAndSaysWhyItCannot) {
  const TemporaryFolder folder;
  test::put_file(folder / "f", std::string(5000, 'o'));
  Frames frames;
  frames.add("new");
  EXPECT_EQ(written(folder, frames), as_pcap(frames.all(), {}));
  FileBudget budget(1);
  test::NeverStops waiter;
  SavedCapture impossible(budget, waiter, folder / "f/g", 65535);
  EXPECT_EQ(impossible.create(), ENOTDIR);
  EXPECT_EQ(impossible.add(frames.all()[0]), 0);
  EXPECT_EQ(impossible.close(), 0);
}

TEST(SavedCapture, FollowsALinkThatTheUserGave) {
  const TemporaryFolder folder;
  ASSERT_EQ(::symlink((folder / "target").c_str(), (folder / "f").c_str()), 0);
  Frames frames;
  frames.add("one");
  written(folder, frames);
  EXPECT_EQ(content(folder / "target"), as_pcap(frames.all(), {}));
}

TEST(SavedCapture, GoesOnWithAFileOfThisRun) {
  const TemporaryFolder folder;
  Frames frames;
  frames.add("one", make_time(1, 0), LinkType::raw);
  written(folder, frames);
  FileBudget budget(1);
  test::NeverStops waiter;
  SavedCapture again(budget, waiter, folder / "f", 65535);
  ASSERT_EQ(again.resume(make_time(0, 0)), 0);
  again.add(frames.add("two", make_time(2, 0), LinkType::raw));
  again.close();
  EXPECT_EQ(content(folder / "f"), as_pcap(frames.all(), {LinkType::raw}));
}

TEST(SavedCapture, StartsASectionWhereItGoesOnWithPcapng) {
  const TemporaryFolder folder;
  Frames first;
  first.add("one");
  first.add("two", make_time(2, 0), LinkType::raw);
  written(folder, first);
  Frames second;
  FileBudget budget(1);
  test::NeverStops waiter;
  SavedCapture again(budget, waiter, folder / "f", 65535);
  ASSERT_EQ(again.resume(make_time(0, 0)), 0);
  again.add(second.add("three", make_time(3, 0), LinkType::raw));
  again.close();
  EXPECT_EQ(content(folder / "f"), as_pcapng(first.all()) + as_pcapng(second.all()));
}

TEST(SavedCapture, ReplacesWhatIsOlderOrNoCapture) {
  const TemporaryFolder folder;
  Frames frames;
  frames.add("one");
  written(folder, frames);
  for (const Timestamp not_before : {make_time(4'000'000'000, 0), make_time(0, 0)}) {
    FileBudget budget(1);
    test::NeverStops waiter;
    SavedCapture again(budget, waiter, folder / "f", 65535);
    ASSERT_EQ(again.resume(not_before), 0);
    again.add(frames.all()[0]);
    again.close();
    EXPECT_EQ(content(folder / "f"), as_pcap(frames.all(), {}));
    test::put_file(folder / "f", "this is something else, and long enough");
  }
}

TEST(PcapUpgrade, LeavesTheFileAsItWasWhenThereIsNoRoom) {
  const TemporaryFolder folder;
  Frames frames;
  for (int i = 0; i < 10; ++i) frames.add("0123456789");
  const std::string before = written(folder, frames);
  const Fd fd(::open((folder / "f").c_str(), O_RDWR));
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit limit{};
  ::getrlimit(RLIMIT_FSIZE, &limit);
  const rlimit small{before.size() + 10, limit.rlim_max};
  ::setrlimit(RLIMIT_FSIZE, &small);
  const Result<uint64_t, int> result = upgrade_to_pcapng(fd.get(), before.size());
  ::setrlimit(RLIMIT_FSIZE, &limit);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error(), EFBIG);
  EXPECT_EQ(content(folder / "f"), before);
}

TEST(PcapUpgrade, RefusesAFileThatSomebodyElseWroteInto) {
  const TemporaryFolder folder;
  Frames frames;
  frames.add("0123456789");
  std::string bad = written(folder, frames);
  bad[kPcapHeaderSize + 9] = '\x7f';  // a captured length far past the end
  test::put_file(folder / "f", bad);
  const Fd fd(::open((folder / "f").c_str(), O_RDWR));
  EXPECT_FALSE(upgrade_to_pcapng(fd.get(), bad.size()));
  EXPECT_FALSE(upgrade_to_pcapng(fd.get(), 10));
  EXPECT_EQ(content(folder / "f"), bad);
}

}  // namespace
}  // namespace tcpflow
