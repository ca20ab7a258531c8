#include "app/signals.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

namespace tcpflow {
namespace {

using std::chrono::hours;

std::unique_ptr<SignalWaiter> make_waiter() {
  Result<std::unique_ptr<SignalWaiter>> waiter = SignalWaiter::make(Duration(0));
  EXPECT_TRUE(waiter);
  return waiter ? std::move(*waiter) : nullptr;
}

struct Pipe {
  Pipe() {
    std::array<int, 2> ends{};
    if (::pipe(ends.data()) == 0) {
      reader.reset(ends[0]);
      writer.reset(ends[1]);
    }
  }
  Fd reader;
  Fd writer;
};

void (*action_of(int signal))(int) {
  struct sigaction action {};
  ::sigaction(signal, nullptr, &action);
  return action.sa_handler;
}

bool is_blocked(int signal) {
  sigset_t mask{};
  ::pthread_sigmask(SIG_SETMASK, nullptr, &mask);
  return ::sigismember(&mask, signal) == 1;
}

TEST(SignalWaiter, WaitsNoLongerThanAsked) {
  const auto waiter = make_waiter();
  const Pipe pipe;
  EXPECT_EQ(waiter->wait_readable(pipe.reader.get(), Duration(0)), Ready::timed_out);
  EXPECT_FALSE(waiter->stop_requested());
  EXPECT_EQ(waiter->caught(), "");
}

TEST(SignalWaiter, SeesInputAndTheEndOfInput) {
  const auto waiter = make_waiter();
  Pipe pipe;
  ASSERT_EQ(::write(pipe.writer.get(), "x", 1), 1);
  EXPECT_EQ(waiter->wait_readable(pipe.reader.get(), hours(1)), Ready::readable);
  char byte = 0;
  ASSERT_EQ(::read(pipe.reader.get(), &byte, 1), 1);
  pipe.writer.reset();
  EXPECT_EQ(waiter->wait_readable(pipe.reader.get(), hours(1)), Ready::readable);
}

TEST(SignalWaiter, TurnsEachOfTheThreeSignalsIntoTheWishToStop) {
  const std::pair<int, const char*> signals[] = {
      {SIGINT, "SIGINT"}, {SIGTERM, "SIGTERM"}, {SIGHUP, "SIGHUP"}};
  for (const auto& [signal, name] : signals) {
    const auto waiter = make_waiter();
    const Pipe pipe;
    ::raise(signal);
    EXPECT_EQ(waiter->wait_readable(pipe.reader.get(), hours(1)), Ready::stopped);
    EXPECT_TRUE(waiter->stop_requested());
    EXPECT_EQ(waiter->caught(), name);
    EXPECT_EQ(waiter->wait_readable(pipe.reader.get(), hours(1)), Ready::stopped) << "and stays";
  }
}

TEST(SignalWaiter, TellsOfAStopAlsoWhereNobodyWaits) {
  const auto waiter = make_waiter();
  ::raise(SIGTERM);
  EXPECT_TRUE(waiter->stop_requested());
}

TEST(SignalWaiter, PrefersTheStopToTheInput) {
  const auto waiter = make_waiter();
  const Pipe pipe;
  ASSERT_EQ(::write(pipe.writer.get(), "x", 1), 1);
  ::raise(SIGINT);
  EXPECT_EQ(waiter->wait_readable(pipe.reader.get(), hours(1)), Ready::stopped);
}

TEST(SignalWaiter, TakesSignalsThatComeTogetherAsOne) {
  const auto waiter = make_waiter();
  ::raise(SIGINT);
  ::raise(SIGTERM);
  EXPECT_TRUE(waiter->stop_requested());  // the second one would end this test
  EXPECT_FALSE(is_blocked(SIGINT));
}

TEST(SignalWaiter, LetsASecondSignalEndTheProgram) {
  const pid_t child = ::fork();
  if (child == 0) {
    const auto waiter = make_waiter();
    ::raise(SIGINT);
    if (!waiter->stop_requested()) ::_exit(1);
    ::raise(SIGHUP);  // ignored by now
    ::raise(SIGTERM);
    ::_exit(2);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(WTERMSIG(status), SIGTERM);
}

TEST(SignalWaiter, LeavesAHangupAloneThatNohupIgnores) {
  ::signal(SIGHUP, SIG_IGN);
  {
    const auto waiter = make_waiter();
    ::raise(SIGHUP);
    EXPECT_FALSE(waiter->stop_requested());
  }
  ::signal(SIGHUP, SIG_DFL);
}

TEST(SignalWaiter, IgnoresBrokenPipesAndPutsBackWhatWas) {
  {
    const auto waiter = make_waiter();
    EXPECT_EQ(action_of(SIGPIPE), SIG_IGN);
    EXPECT_TRUE(is_blocked(SIGTERM));
    const SignalWaiter::ChildState child = waiter->child_state();
    EXPECT_EQ(::sigismember(&child.to_default, SIGPIPE), 1);
    EXPECT_EQ(::sigismember(&child.mask, SIGTERM), 0);
  }
  EXPECT_EQ(action_of(SIGPIPE), SIG_DFL);
  EXPECT_FALSE(is_blocked(SIGTERM));
}

}  // namespace
}  // namespace tcpflow
