// Signals as something to wait for, not as something that interrupts.
#pragma once

#include <array>
#include <csignal>
#include <memory>
#include <string>

#include "base/fd.h"
#include "base/result.h"
#include "base/wait.h"

namespace tcpflow {

// From its making on, SIGINT, SIGTERM and SIGHUP are blocked and become the wish to stop; a SIGHUP
// that was ignored (nohup) stays so. SIGPIPE and SIGXFSZ are ignored: writes then fail and say why.
// Once the wish was seen, a further SIGINT or SIGTERM ends the program at once, for users who will
// not wait for the end in order.
//
// Made before any other thread, so that all inherit the mask; used by the reader's thread. Commands
// that are started inherit mask and dispositions and must be given SignalWaiter::child_state().
// Its end puts back what was.
class SignalWaiter : public Waiter {
 public:
  // `duplicates_within`: the same wish may come twice in a row (timeout(1) signals a process and
  // its group); further signals in that time are taken as one with the first.
  static Result<std::unique_ptr<SignalWaiter>> make(
      Duration duplicates_within = std::chrono::milliseconds(20));
  // For make(), which then takes the signals over.
  explicit SignalWaiter(Duration duplicates_within) : duplicates_within_(duplicates_within) {}
  ~SignalWaiter() override;
  SignalWaiter(const SignalWaiter&) = delete;
  SignalWaiter& operator=(const SignalWaiter&) = delete;

  Ready wait_readable(int fd, Duration at_most) override;
  bool stop_requested() override;

  // "SIGTERM"; empty while none was seen.
  std::string caught() const;

  // What to give a child before exec: the mask as it was before, and the signals to set to their
  // default action.
  struct ChildState {
    sigset_t mask;
    sigset_t to_default;
  };
  ChildState child_state() const;

 private:
  static constexpr std::array<int, 5> kTouched = {SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGXFSZ};

  Status take_over();
  bool take_signal();
  void let_next_one_end_the_program();

  Fd fd_;
  int caught_ = 0;
  Duration duplicates_within_;
  sigset_t stopping_{};
  sigset_t mask_before_{};
  std::array<struct sigaction, kTouched.size()> actions_before_{};
};

}  // namespace tcpflow
