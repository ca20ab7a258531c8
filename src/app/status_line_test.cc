#include "app/status_line.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>

#include "base/fd.h"

namespace tcpflow {
namespace {

// A terminal of so many columns; what is written to it can be read.
class Terminal {
 public:
  explicit Terminal(unsigned short columns) : ours_(::posix_openpt(O_RDWR | O_NOCTTY)) {
    EXPECT_EQ(::grantpt(ours_.get()), 0);
    EXPECT_EQ(::unlockpt(ours_.get()), 0);
    EXPECT_EQ(::fcntl(ours_.get(), F_SETFL, O_NONBLOCK), 0);
    programs_.reset(::open(::ptsname(ours_.get()), O_RDWR | O_NOCTTY));
    resize(columns);
  }
  int fd() const { return programs_.get(); }
  void resize(unsigned short columns) {
    winsize size{};
    size.ws_col = columns;
    EXPECT_EQ(::ioctl(ours_.get(), TIOCSWINSZ, &size), 0);
  }
  // All that was written. The kernel hands it over in its own time, so a mark is sent behind it.
  std::string read() {
    constexpr char kMark = '\x02';
    EXPECT_EQ(::write(programs_.get(), &kMark, 1), 1);
    std::string all;
    while (all.empty() || all.back() != kMark) {
      pollfd ready{ours_.get(), POLLIN, 0};
      constexpr int kForever = -1;
      if (::poll(&ready, 1, kForever) < 0) break;
      std::array<char, 4096> text{};
      const ssize_t count = ::read(ours_.get(), text.data(), text.size());
      all.append(text.data(), static_cast<size_t>(std::max<ssize_t>(count, 0)));
    }
    all.pop_back();
    return all;
  }

 private:
  Fd ours_;
  Fd programs_;
};

struct Pipe {
  Pipe() {
    std::array<int, 2> ends{};
    EXPECT_EQ(::pipe2(ends.data(), O_NONBLOCK), 0);
    reader.reset(ends[0]);
    writer.reset(ends[1]);
  }
  // Until nothing more fits.
  void fill() {
    const std::string much(4096, 'x');
    while (::write(writer.get(), much.data(), much.size()) > 0) {
    }
  }
  std::string read() {
    std::string all;
    std::array<char, 4096> text{};
    for (ssize_t count = 0; (count = ::read(reader.get(), text.data(), text.size())) > 0;)
      all.append(text.data(), static_cast<size_t>(count));
    return all;
  }
  Fd reader;
  Fd writer;
};

TEST(StatusLine, WritesOverWhatItWroteAndLeavesNothingOfIt) {
  Terminal terminal(80);
  StatusLine line(terminal.fd());
  line.rewrite("one and a half");
  line.rewrite("two");
  EXPECT_EQ(terminal.read(), "\rone and a half\rtwo           ");
}

TEST(StatusLine, ClearsWhatItWroteAndTheEchoOfAnInterrupt) {
  Terminal terminal(80);
  StatusLine line(terminal.fd());
  line.rewrite("one");
  line.clear();
  EXPECT_EQ(terminal.read(), "\rone\r     \r");
}

TEST(StatusLine, HasNothingToClearWhereItShowsNothing) {
  Terminal terminal(80);
  StatusLine line(terminal.fd());
  line.clear();
  line.rewrite("one");
  line.clear();
  terminal.read();
  line.clear();
  EXPECT_EQ(terminal.read(), "");
}

TEST(StatusLine, IsCutBeforeTheLastColumn) {
  Terminal terminal(10);
  StatusLine line(terminal.fd());
  line.rewrite("0123456789abcdef");
  EXPECT_EQ(terminal.read(), "\r012345678");
}

TEST(StatusLine, FollowsTheTerminalThatBecomesNarrow) {
  Terminal terminal(80);
  StatusLine line(terminal.fd());
  line.rewrite("0123456789abcdef");
  terminal.read();
  terminal.resize(10);
  line.rewrite("0123");
  EXPECT_EQ(terminal.read(), "\r0123     ");
  line.rewrite("0123456789abcdef");
  terminal.resize(5);
  terminal.read();
  line.clear();
  EXPECT_EQ(terminal.read(), "\r    \r");
}

TEST(StatusLine, TakesATerminalThatDoesNotKnowItsWidthForAUsualOne) {
  Terminal terminal(0);
  StatusLine line(terminal.fd());
  line.rewrite(std::string(100, 'x'));
  EXPECT_EQ(terminal.read(), "\r" + std::string(79, 'x'));
}

TEST(StatusLine, AppendsWholeLines) {
  Pipe pipe;
  StatusLine line(pipe.writer.get());
  line.append("one");
  line.append("two");
  line.clear();
  EXPECT_EQ(pipe.read(), "one\ntwo\n");
}

TEST(StatusLine, IsLeftOutRatherThanWaitedForWhereNobodyReads) {
  Pipe pipe;
  pipe.fill();
  ASSERT_EQ(::fcntl(pipe.writer.get(), F_SETFL, 0), 0);  // a write would now wait for ever
  StatusLine line(pipe.writer.get());
  line.append("one");
  EXPECT_EQ(pipe.read().find("one"), std::string::npos);
  line.append("two");
  EXPECT_EQ(pipe.read(), "two\n");
}

}  // namespace
}  // namespace tcpflow
