// -S tcp_cmd: a command for each file that is complete.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/fd.h"
#include "base/wait.h"
#include "output/file_events.h"

namespace tcpflow {

// Runs `sh -c 'CMD "$1"' tcpflow NAME` for each file closed: the shell reads CMD, never NAME. At
// most kMostChildren run at a time; one more waits until one of them has ended. The children start
// with no signal blocked and read nothing from the standard input, which may be the capture. A
// command that cannot be started is told once; how one ends is its own affair. While it waits it
// asks for a wish to stop, so that a second signal can end the program. One thread, the waiter's.
class CommandHook : public FileEvents {
 public:
  static constexpr size_t kMostChildren = 10;

  // `prints`: where what the commands print goes.
  enum class Prints : uint8_t { to_output, to_errors };
  CommandHook(const std::string& command, OutputErrors& errors, Waiter& waiter,
              Prints prints = Prints::to_output)
      : script_(command + " \"$1\""), prints_(prints), errors_(errors), waiter_(waiter) {}
  // Waits for all children.
  ~CommandHook() override;
  CommandHook(const CommandHook&) = delete;
  CommandHook& operator=(const CommandHook&) = delete;

  void on_file_opened(const std::string& /*name*/) override {}
  void on_file_closed(const std::string& name) override;
  void wait_for_all();
  size_t running() const { return children_.size(); }

 private:
  struct Child {
    pid_t pid = -1;
    Fd ended;  // readable once it has ended; none on kernels without pidfd
  };

  int start(const std::string& name);
  void reap_ended();
  void wait_for_one();
  void wait_for(const Child& child);

  std::string script_;
  Prints prints_;
  OutputErrors& errors_;
  Waiter& waiter_;
  std::vector<Child> children_;  // oldest first
  bool failed_ = false;
};

}  // namespace tcpflow
