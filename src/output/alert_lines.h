// -S tcp_alert_fd: a line on a descriptor for each file opened and closed.
#pragma once

#include <string>

#include "base/wait.h"
#include "output/file_events.h"

namespace tcpflow {

// Writes "open\tNAME\n" and "close\tNAME\n", each line with one write(2). The descriptor is the
// user's and stays open. When it cannot be written that is told once, and no more is tried. SIGPIPE
// must be ignored. One thread, that of the waiter.
class AlertLines : public FileEvents {
 public:
  AlertLines(int fd, OutputErrors& errors, Waiter& waiter)
      : fd_(fd), errors_(errors), waiter_(waiter) {}

  void on_file_opened(const std::string& name) override { write_line("open", name); }
  void on_file_closed(const std::string& name) override { write_line("close", name); }

 private:
  void write_line(const char* what, const std::string& name);

  int fd_;
  OutputErrors& errors_;
  Waiter& waiter_;
  std::string line_;  // scratch
  bool failed_ = false;
};

}  // namespace tcpflow
