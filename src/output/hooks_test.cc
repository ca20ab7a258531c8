#include <fcntl.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <sstream>

#include "base/fd.h"
#include "output/alert_lines.h"
#include "output/command_hook.h"
#include "output/test_flows.h"

namespace tcpflow {
namespace {

using test::content;
using test::TemporaryFolder;

std::vector<std::string> sorted_lines(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  std::sort(lines.begin(), lines.end());
  return lines;
}

TEST(AlertLines, WriteALineForEachFileOpenedAndClosed) {
  const TemporaryFolder folder;
  const Fd fd(::open((folder / "log").c_str(), O_WRONLY | O_CREAT, 0600));
  test::ErrorLog errors;
  test::NeverStops waiter;
  AlertLines alerts(fd.get(), errors, waiter);
  alerts.on_file_opened("a");
  EXPECT_EQ(content(folder / "log"), "open\ta\n");
  alerts.on_file_closed("a");
  EXPECT_EQ(content(folder / "log"), "open\ta\nclose\ta\n");
}

TEST(AlertLines, SayOnceThatTheDescriptorIsBad) {
  test::ErrorLog errors;
  test::NeverStops waiter;
  AlertLines alerts(987, errors, waiter);
  alerts.on_file_opened("a");
  alerts.on_file_closed("a");
  EXPECT_EQ(errors.messages, std::vector<std::string>{"alert descriptor 987: Bad file descriptor"});
}

TEST(AlertLines, SurviveAReaderThatHasGone) {
  std::signal(SIGPIPE, SIG_IGN);
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe(ends.data()), 0);
  Fd in(ends[0]);
  const Fd out(ends[1]);
  in.reset();
  test::ErrorLog errors;
  test::NeverStops waiter;
  AlertLines alerts(out.get(), errors, waiter);
  alerts.on_file_opened("a");
  EXPECT_EQ(errors.messages.size(), 1U);
}

TEST(CommandHook, RunsTheCommandWithTheNameOfEachClosedFile) {
  const TemporaryFolder folder;
  test::ErrorLog errors;
  test::NeverStops waiter;
  CommandHook hook("echo got=1 >>" + folder / "log", errors, waiter);
  hook.on_file_opened("a");
  hook.on_file_closed("b");
  hook.wait_for_all();
  EXPECT_EQ(content(folder / "log"), "got=1 b\n");
  EXPECT_TRUE(errors.messages.empty());
}

TEST(CommandHook, NeverLetsTheShellReadTheName) {
  const TemporaryFolder folder;
  test::ErrorLog errors;
  const std::string name = "a  b;touch " + folder / "pwned" + " $(touch pwned) `id` \"'*";
  test::NeverStops waiter;
  CommandHook hook("printf %s >" + folder / "log", errors, waiter);
  hook.on_file_closed(name);
  hook.wait_for_all();
  EXPECT_EQ(content(folder / "log"), name);
  EXPECT_FALSE(test::exists(folder / "pwned"));
}

TEST(CommandHook, RunsAllCommandsAndNeverMoreThanTenAtATime) {
  const TemporaryFolder folder;
  test::ErrorLog errors;
  test::NeverStops waiter;
  CommandHook hook("echo >>" + folder / "log", errors, waiter);
  std::vector<std::string> expected;
  for (int i = 0; i < 40; ++i) {
    expected.push_back(std::to_string(i));
    hook.on_file_closed(expected.back());
    EXPECT_LE(hook.running(), CommandHook::kMostChildren);
  }
  hook.wait_for_all();
  EXPECT_EQ(hook.running(), 0U);
  std::sort(expected.begin(), expected.end());
  EXPECT_EQ(sorted_lines(content(folder / "log")), expected);
}

TEST(CommandHook, GoesOnWhenAnyOfTenHasEnded) {
  const TemporaryFolder folder;
  test::ErrorLog errors;
  // Nine wait for the fifo to be opened, the tenth ends at once and so makes room for one more.
  ASSERT_EQ(::mkfifo((folder / "fifo").c_str(), 0600), 0);
  test::NeverStops waiter;
  CommandHook hook("f() { test \"$1\" = quick || read x <" + folder / "fifo" + "; }; f", errors,
                   waiter);
  for (int i = 0; i < 9; ++i) hook.on_file_closed("slow");
  hook.on_file_closed("quick");
  hook.on_file_closed("quick");
  EXPECT_GE(hook.running(), 9U);
  const Fd release(::open((folder / "fifo").c_str(), O_RDWR));
  const std::string lines(9, '\n');
  ASSERT_EQ(::write(release.get(), lines.data(), lines.size()), 9);
  hook.wait_for_all();
}

// Asked for a wish to stop, lets the children that wait for `fifo` end.
class ReleasesWhenAsked : public test::NeverStops {
 public:
  explicit ReleasesWhenAsked(const std::string& fifo) : fd_(::open(fifo.c_str(), O_RDWR)) {}
  bool stop_requested() override {
    const ssize_t wrote = asked++ == 0 ? ::write(fd_.get(), "\n", 1) : 1;
    EXPECT_EQ(wrote, 1);
    return false;
  }
  int asked = 0;

 private:
  Fd fd_;
};

TEST(CommandHook, SeesAWishToStopWhileItWaits) {
  const TemporaryFolder folder;
  test::ErrorLog errors;
  ASSERT_EQ(::mkfifo((folder / "fifo").c_str(), 0600), 0);
  ReleasesWhenAsked waiter(folder / "fifo");
  CommandHook hook("f() { read x <" + folder / "fifo" + "; }; f", errors, waiter);
  hook.on_file_closed("a");
  hook.wait_for_all();
  EXPECT_GE(waiter.asked, 1);
}

TEST(CommandHook, StartsChildrenWithoutBlockedOrIgnoredSignals) {
  const TemporaryFolder folder;
  test::ErrorLog errors;
  std::signal(SIGPIPE, SIG_IGN);
  sigset_t blocked;
  sigset_t before;
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGTERM);
  ASSERT_EQ(::sigprocmask(SIG_BLOCK, &blocked, &before), 0);
  test::NeverStops waiter;
  CommandHook hook(
      "f() { grep SigBlk /proc/self/status; kill -PIPE $$; echo lives; }; f >" + folder / "log",
      errors, waiter);
  hook.on_file_closed("x");
  hook.wait_for_all();
  ::sigprocmask(SIG_SETMASK, &before, nullptr);
  EXPECT_EQ(content(folder / "log"), "SigBlk:\t0000000000000000\n");
}

TEST(CommandHook, GivesChildrenAnEmptyStandardInput) {
  const TemporaryFolder folder;
  test::ErrorLog errors;
  test::NeverStops waiter;
  CommandHook hook("f() { wc -c; }; f >" + folder / "log", errors, waiter);
  hook.on_file_closed("x");
  hook.wait_for_all();
  EXPECT_EQ(content(folder / "log"), "0\n");
}

}  // namespace
}  // namespace tcpflow
