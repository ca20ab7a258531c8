#include "app/signals.h"

#include <poll.h>
#include <sys/signalfd.h>

#include <algorithm>
#include <cerrno>

namespace tcpflow {
namespace {

timespec as_timespec(Duration duration) {
  constexpr int64_t kNanosPerSecond = 1'000'000'000;
  const int64_t nanos = std::max<int64_t>(duration.count(), 0);
  return {nanos / kNanosPerSecond, nanos % kNanosPerSecond};
}

bool is_ignored(int signal) {
  struct sigaction action {};
  return ::sigaction(signal, nullptr, &action) == 0 && action.sa_handler == SIG_IGN;
}

void set_action_of(int signal, void (*handler)(int)) {
  struct sigaction action {};
  action.sa_handler = handler;
  ::sigaction(signal, &action, nullptr);
}

}  // namespace

Result<std::unique_ptr<SignalWaiter>> SignalWaiter::make(Duration duplicates_within) {
  auto waiter = std::make_unique<SignalWaiter>(duplicates_within);
  if (const Status taken = waiter->take_over(); !taken) return taken.error();
  return waiter;
}

SignalWaiter::~SignalWaiter() {
  if (!fd_) return;
  for (size_t i = 0; i < kTouched.size(); ++i) {
    ::sigaction(kTouched[i], &actions_before_[i], nullptr);
  }
  ::pthread_sigmask(SIG_SETMASK, &mask_before_, nullptr);
}

Status SignalWaiter::take_over() {
  ::sigemptyset(&stopping_);
  ::sigaddset(&stopping_, SIGINT);
  ::sigaddset(&stopping_, SIGTERM);
  // The kernel keeps a blocked signal even if it is ignored, so what nohup set must be left alone.
  if (!is_ignored(SIGHUP)) ::sigaddset(&stopping_, SIGHUP);

  Fd fd(::signalfd(-1, &stopping_, SFD_NONBLOCK | SFD_CLOEXEC));
  if (!fd) return errno_error("signalfd", errno);
  ::pthread_sigmask(SIG_BLOCK, &stopping_, &mask_before_);
  for (size_t i = 0; i < kTouched.size(); ++i) {
    ::sigaction(kTouched[i], nullptr, &actions_before_[i]);
  }
  // A shell starts background commands with SIGINT ignored; 1.6.1 could be ended by it even so.
  set_action_of(SIGINT, SIG_DFL);
  set_action_of(SIGTERM, SIG_DFL);
  set_action_of(SIGPIPE, SIG_IGN);
  set_action_of(SIGXFSZ, SIG_IGN);
  fd_ = std::move(fd);
  return Ok{};
}

Ready SignalWaiter::wait_readable(int fd, Duration at_most) {
  if (caught_ != 0) return Ready::stopped;
  std::array<pollfd, 2> waited = {{{fd_.get(), POLLIN, 0}, {fd, POLLIN, 0}}};
  const timespec timeout = as_timespec(at_most);
  const int count = ::ppoll(waited.data(), waited.size(), &timeout, nullptr);
  if (count <= 0) return Ready::timed_out;
  if (waited[0].revents != 0 && take_signal()) return Ready::stopped;
  // Whatever else poll says of `fd`, reading it will tell more.
  return waited[1].revents != 0 ? Ready::readable : Ready::timed_out;
}

bool SignalWaiter::stop_requested() { return caught_ != 0 || take_signal(); }

std::string SignalWaiter::caught() const {
  switch (caught_) {
    case SIGINT:
      return "SIGINT";
    case SIGTERM:
      return "SIGTERM";
    case SIGHUP:
      return "SIGHUP";
    default:
      return "";
  }
}

SignalWaiter::ChildState SignalWaiter::child_state() const {
  ChildState state{};
  state.mask = mask_before_;
  ::sigemptyset(&state.to_default);
  for (size_t i = 0; i < kTouched.size(); ++i) {
    if (actions_before_[i].sa_handler == SIG_DFL) ::sigaddset(&state.to_default, kTouched[i]);
  }
  return state;
}

bool SignalWaiter::take_signal() {
  signalfd_siginfo info{};
  if (::read(fd_.get(), &info, sizeof info) != sizeof info) return false;
  caught_ = static_cast<int>(info.ssi_signo);
  const timespec pause = as_timespec(duplicates_within_);
  ::ppoll(nullptr, 0, &pause, nullptr);
  while (::read(fd_.get(), &info, sizeof info) == sizeof info) {
  }
  let_next_one_end_the_program();
  return true;
}

void SignalWaiter::let_next_one_end_the_program() {
  // A terminal that goes away sends SIGHUP more than once, and nobody is there to be impatient.
  set_action_of(SIGHUP, SIG_IGN);
  ::pthread_sigmask(SIG_UNBLOCK, &stopping_, nullptr);
}

}  // namespace tcpflow
