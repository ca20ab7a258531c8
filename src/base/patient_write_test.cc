#include "base/patient_write.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <string>
#include <thread>

#include "base/fd.h"

namespace tcpflow {
namespace {

// Wishes the run to stop when asked for the n-th time.
class StopsAt : public Waiter {
 public:
  explicit StopsAt(int n) : left_(n) {}
  Ready wait_readable(int, Duration) override { return Ready::timed_out; }
  bool stop_requested() override { return --left_ <= 0; }

 private:
  int left_;
};

constexpr int kNever = 1 << 30;

struct Pipe {
  explicit Pipe(int flags = 0) {
    std::array<int, 2> ends{};
    EXPECT_EQ(::pipe2(ends.data(), flags), 0);
    in.reset(ends[0]);
    out.reset(ends[1]);
  }
  Fd in;
  Fd out;
};

// Writes 1 MiB while a reader takes it in small pieces; returns what was read.
std::string through(Pipe& pipe) {
  std::string text(1 << 20, 'z');
  for (size_t i = 0; i < text.size(); ++i) text[i] = static_cast<char>(i * 7 + i / 4096);
  std::string got;
  std::thread reader([&] {
    std::array<char, 3000> buffer{};
    while (got.size() < text.size()) {
      const ssize_t n = ::read(pipe.in.get(), buffer.data(), buffer.size());
      if (n > 0) got.append(buffer.data(), static_cast<size_t>(n));
    }
  });
  StopsAt waiter(kNever);
  EXPECT_EQ(write_all(pipe.out.get(), text, {waiter}).bytes, text.size());
  reader.join();
  return got == text ? "all" : "something else";
}

TEST(PatientWrite, WaitsForASlowReader) {
  Pipe pipe;
  EXPECT_EQ(through(pipe), "all");
  Pipe non_blocking(O_NONBLOCK);
  EXPECT_EQ(through(non_blocking), "all");
}

TEST(PatientWrite, EndsItsPatienceWithAReaderThatDoesNotReadWhenTheRunIsToStop) {
  const Pipe pipe;
  StopsAt waiter(1);
  const std::string text(1 << 20, 'z');
  const Written done = write_all(pipe.out.get(), text, {waiter, Duration(0)});
  EXPECT_EQ(done.code, ECANCELED);
  EXPECT_GT(done.bytes, 0u);
  EXPECT_LT(done.bytes, text.size());
}

TEST(PatientWrite, WritesWhatFitsAlsoWhenTheRunIsToStop) {
  const Pipe pipe;
  StopsAt waiter(1);
  EXPECT_EQ(write_all(pipe.out.get(), "little", {waiter, Duration(0)}).bytes, 6u);
}

TEST(PatientWrite, SaysWhyNothingCouldBeWritten) {
  StopsAt waiter(kNever);
  EXPECT_EQ(write_all(-1, "abc", {waiter}).code, EBADF);
  const Fd full(::open("/dev/full", O_WRONLY));
  ASSERT_TRUE(full);
  EXPECT_EQ(write_all(full.get(), "abc", {waiter}).code, ENOSPC);
}

// A FIFO of its own for a test.
class Fifo {
 public:
  Fifo() : folder_(::testing::TempDir() + "fifoXXXXXX") {
    EXPECT_NE(::mkdtemp(folder_.data()), nullptr);
    path = folder_ + "/f";
    EXPECT_EQ(::mkfifo(path.c_str(), 0600), 0);
  }
  ~Fifo() {
    ::unlink(path.c_str());
    ::rmdir(folder_.c_str());
  }
  Fifo(const Fifo&) = delete;
  Fifo& operator=(const Fifo&) = delete;
  std::string path;

 private:
  std::string folder_;
};

TEST(OpenOutput, WaitsForTheReaderOfAFifoUntilTheRunIsToStop) {
  const Fifo fifo;
  StopsAt waiter(2);
  EXPECT_EQ(open_output(fifo.path, O_WRONLY, waiter), -ECANCELED);
}

TEST(OpenOutput, OpensAFifoThatIsRead) {
  const Fifo fifo;
  const Fd reader(::open(fifo.path.c_str(), O_RDONLY | O_NONBLOCK));
  StopsAt waiter(1);
  const Fd out(open_output(fifo.path, O_WRONLY, waiter));
  EXPECT_TRUE(out);
}

TEST(OpenOutput, SaysWhyAFileCannotBe) {
  StopsAt waiter(kNever);
  EXPECT_EQ(open_output("/nonexistent/f", O_WRONLY | O_CREAT, waiter), -ENOENT);
}

}  // namespace
}  // namespace tcpflow
