#include "capture/open.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <algorithm>

#include "capture/fd_stream.h"
#include "capture/test_captures.h"
#include "capture/test_compress.h"

namespace tcpflow {
namespace {

using namespace testing;

// A folder of its own for each test.
class Open : public ::testing::Test {
 protected:
  Open() {
    std::string folder = ::testing::TempDir() + "capture_open_XXXXXX";
    folder_ = ::mkdtemp(folder.data());
  }
  ~Open() override {
    for (const std::string& path : made_) ::unlink(path.c_str());
    ::rmdir(folder_.c_str());
  }
  std::string path(const std::string& name) {
    made_.push_back(folder_ + "/" + name);
    return made_.back();
  }
  std::string file(const std::string& name, const std::string& content) {
    const std::string at = path(name);
    const Fd fd(::open(at.c_str(), O_CREAT | O_WRONLY, 0600));
    EXPECT_EQ(::write(fd.get(), content.data(), content.size()),
              static_cast<ssize_t>(content.size()));
    return at;
  }
  // The message with the path taken off.
  std::string error_of(const std::string& at) {
    const Result<std::unique_ptr<PacketSource>> source = open_capture(at, waiter_);
    if (source) return "opened";
    const std::string prefix = at + ": ";
    EXPECT_TRUE(source.error().message.starts_with(prefix)) << source.error().message;
    return source.error().message.substr(prefix.size());
  }

  EagerWaiter waiter_;
  std::string folder_;
  std::vector<std::string> made_;
};

std::string capture() { return pcap_header() + pcap_record({.bytes = "frame"}); }

TEST_F(Open, ReadsEveryFormatWhateverTheFileIsCalled) {
  const PcapngWriter w;
  const std::string pcapng = w.section() + w.interface(1) + w.enhanced(0, 0, "frame");
  for (const std::string& content : {capture(), gzip(capture()), pcapng, xz(pcapng)}) {
    const std::string at = file("in.bz2", content);
    Result<std::unique_ptr<PacketSource>> source = open_capture(at, waiter_);
    ASSERT_TRUE(source) << source.error().message;
    EXPECT_EQ((*source)->name(), at);
    EXPECT_FALSE((*source)->is_prompt());
    EXPECT_EQ(read_all(**source).octets, std::vector<std::string>{"frame"});
    ::unlink(at.c_str());
  }
}

TEST_F(Open, NamesThePathAndTheReason) {
  EXPECT_EQ(error_of(folder_ + "/missing"), "No such file or directory");
  EXPECT_EQ(error_of(folder_), "is a directory");
  EXPECT_EQ(error_of(file("text", "hello, world")), "unknown file format");
  EXPECT_EQ(error_of(file("text.gz", gzip("hello, world"))), "unknown file format");
  EXPECT_EQ(error_of(file("short", "ab")),
            "truncated dump file; tried to read 4 file header bytes, only got 2");
  EXPECT_EQ(error_of(file("empty", "")),
            "truncated dump file; tried to read 4 file header bytes, only got 0");
}

TEST_F(Open, TakesAHeaderAloneForAnEmptyCapture) {
  Result<std::unique_ptr<PacketSource>> source =
      open_capture(file("header", pcap_header()), waiter_);
  ASSERT_TRUE(source);
  EXPECT_EQ((*source)->interfaces().size(), 1u);
  const Collected all = read_all(**source);
  EXPECT_TRUE(all.frames.empty() && !all.error);
}

// Polls once: what is not there now does not come.
class PollingWaiter : public Waiter {
 public:
  Ready wait_readable(int fd, Duration) override {
    pollfd entry{fd, POLLIN, 0};
    saw_nothing = ::poll(&entry, 1, 0) <= 0;
    return saw_nothing ? Ready::timed_out : Ready::readable;
  }
  bool stop_requested() override { return false; }

  bool saw_nothing = false;
};

// Reads until the pipe is empty, and returns how many frames came. That the source says idle is not
// enough: on a slow machine that may be its clock.
size_t frames_at_hand(PacketSource& source, PollingWaiter& waiter) {
  size_t frames = 0;
  waiter.saw_nothing = false;
  while (!waiter.saw_nothing) {
    FrameBatch batch;
    const Result<ReadState> state = source.read(batch);
    EXPECT_TRUE(state && *state != ReadState::end);
    frames += batch.frames.size();
  }
  return frames;
}

TEST_F(Open, UsesWhatAPipeHasAtOnceAndSaysIdle) {
  const std::string fifo = path("fifo");
  ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
  PollingWaiter waiter;
  Result<std::unique_ptr<PacketSource>> source = open_capture(fifo, waiter);
  ASSERT_TRUE(source) << source.error().message;
  EXPECT_TRUE((*source)->is_prompt());
  EXPECT_EQ(frames_at_hand(**source, waiter), 0u);  // nobody has opened the other end

  Fd writer(::open(fifo.c_str(), O_WRONLY));
  const auto write = [&writer](const std::string& bytes) {
    EXPECT_EQ(::write(writer.get(), bytes.data(), bytes.size()),
              static_cast<ssize_t>(bytes.size()));
  };
  write(pcap_header().substr(0, 10));
  EXPECT_EQ(frames_at_hand(**source, waiter), 0u);
  write(pcap_header().substr(10) + pcap_record({.bytes = "one"}).substr(0, 17));
  EXPECT_EQ(frames_at_hand(**source, waiter), 0u);
  write("ne" + pcap_record({.bytes = "two"}) + "x");
  EXPECT_EQ(frames_at_hand(**source, waiter), 2u);
  writer.reset();
  EXPECT_NE(read_all(**source).message().find("only got 1"), std::string::npos);
}

TEST_F(Open, KnowsHowMuchOfAFileWasReadAlsoOfACompressedOne) {
  std::string content = pcap_header();
  for (int i = 0; i < 300; ++i) content += pcap_record({.bytes = std::string(10'000, 'x')});
  constexpr Compression kKinds[] = {Compression::none,  Compression::gzip, Compression::xz,
                                    Compression::bzip2, Compression::zstd, Compression::lz4,
                                    Compression::zip};
  for (const Compression kind : kKinds) {
    const std::string bytes = kind == Compression::none ? content : compress(kind, content);
    const std::string at = file("in", bytes);
    Result<std::unique_ptr<PacketSource>> source = open_capture(at, waiter_);
    ASSERT_TRUE(source) << source.error().message;
    EXPECT_EQ((*source)->position().size, bytes.size());
    EXPECT_GT((*source)->position().read, 0u) << "its header was read";
    EXPECT_TRUE((*source)->position().read < bytes.size() || kind != Compression::none);
    EXPECT_EQ(read_all(**source).frames.size(), 300u);
    EXPECT_EQ((*source)->position().read, bytes.size()) << static_cast<int>(kind);
    ::unlink(at.c_str());
  }
}

TEST_F(Open, CountsWhatCameThroughAPipeOfNoKnownSize) {
  const std::string fifo = path("fifo");
  ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
  PollingWaiter waiter;
  Result<std::unique_ptr<PacketSource>> source = open_capture(fifo, waiter);
  ASSERT_TRUE(source) << source.error().message;
  const Fd writer(::open(fifo.c_str(), O_WRONLY));
  ASSERT_EQ(::write(writer.get(), capture().data(), capture().size()),
            static_cast<ssize_t>(capture().size()));
  EXPECT_EQ(frames_at_hand(**source, waiter), 1u);
  EXPECT_EQ((*source)->position().read, capture().size());
  EXPECT_EQ((*source)->position().size, 0u);
}

TEST_F(Open, EndsWithoutAnErrorWhenTheRunIsStopped) {
  for (const std::string& content : {capture(), gzip(capture())}) {
    const std::string at = file("in.pcap", content);
    EagerWaiter waiter;
    waiter.is_stopped = true;
    Result<std::unique_ptr<PacketSource>> source = open_capture(at, waiter);
    ASSERT_TRUE(source);
    const Collected all = read_all(**source);
    EXPECT_TRUE(all.frames.empty() && !all.error);
    ::unlink(at.c_str());
  }
}

// Data without end, as from a pipe that is written to faster than it is read.
TEST_F(Open, SaysIdleAlsoWhileDataKeepsComing) {
  EagerWaiter waiter;
  FdStream stream(Fd(::open("/dev/zero", O_RDONLY)), "zero", /*file_size=*/std::nullopt, waiter);
  std::vector<uint8_t> into(16);
  Result<StreamRead> got = stream.read(into);
  while (got && got->state == StreamState::data) got = stream.read(into);
  EXPECT_TRUE(got && got->state == StreamState::idle);
}

}  // namespace
}  // namespace tcpflow
