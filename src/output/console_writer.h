// Where console records go: standard output, in large pieces.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/wait.h"
#include "flow/consumer.h"
#include "output/console_lane.h"
#include "output/console_lock.h"
#include "output/file_events.h"

namespace tcpflow {

// Collects records and writes them with one write(2) a batch; with a lock, each record by itself
// inside the lock (-L). Records of one message that come one behind the other become one, but not
// with a lock. When the reader of a pipe has gone everything further is dropped, and
// reader_gone() says so; another failure is told once, also a reader that does not read although
// the run is to stop. SIGPIPE must be ignored. One thread, that of the waiter.
class ConsoleWriter : public ConsoleSink, public TextSink, public BatchListener {
 public:
  // `lock` may be null. Borrows all of it for its life.
  ConsoleWriter(int fd, OutputErrors& errors, Waiter& waiter, ConsoleLock* lock)
      : fd_(fd), errors_(errors), waiter_(waiter), lock_(lock) {}
  ConsoleWriter(const ConsoleWriter&) = delete;
  ConsoleWriter& operator=(const ConsoleWriter&) = delete;

  void on_record(std::string_view record, const Joint* joint) override;
  void on_text(std::string_view record) override { on_record(record, nullptr); }
  void on_batch_end(bool /*idle*/) override { flush(); }
  // Writes what waits.
  void flush();
  // No more records come.
  void finish();

  // The run may end: nobody reads any more.
  bool reader_gone() const { return reader_gone_; }
  bool is_open() const { return !reader_gone_ && !failed_; }

 private:
  void add_joined(std::string_view record, const Joint& joint);
  void end_open();

  int fd_;
  OutputErrors& errors_;
  Waiter& waiter_;
  ConsoleLock* lock_;
  std::string waiting_;
  Joint open_;  // of the last record, whose message may go on; no console: there is none
  bool reader_gone_ = false;
  bool failed_ = false;
};

}  // namespace tcpflow
