// The file that an archive is written to.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/fd.h"
#include "base/owner.h"
#include "base/patient_write.h"
#include "base/result.h"

namespace tcpflow {

// Gathers what is written and passes it on in large pieces. On a regular file room can be kept
// before it is needed; a pipe and standard output ("-") have none. A failure sticks: nothing is
// written after it.
// Main thread.
class ArchiveOutput {
 public:
  // Empties the file or makes it.
  static Result<std::unique_ptr<ArchiveOutput>> open(const std::string& path, Waiter& waiter);
  // What is open.
  struct Target {
    Fd fd;
    bool is_regular = false;
  };
  ArchiveOutput(Target target, Waiter& waiter);
  ArchiveOutput(const ArchiveOutput&) = delete;
  ArchiveOutput& operator=(const ArchiveOutput&) = delete;
  ~ArchiveOutput();

  bool is_regular() const { return is_regular_; }
  // Where the next byte goes.
  uint64_t position() const { return written_ + waiting_.size(); }
  // The errno of the failure; 0: none.
  int code() const { return code_; }

  // Sees to it that `bytes` more can be written. Returns 0 or an errno. Where the file system keeps
  // no room, it only looks whether there is some.
  int reserve(uint64_t bytes);
  // True: what reserve() promised holds.
  bool keeps_room() const { return keeps_room_; }

  void write(std::string_view text) {
    if (waiting_.size() + text.size() > kGathered) return write_long(text);
    waiting_ += text;
  }
  // Passes on what waits. Returns code().
  int flush();
  // Passes on the rest and closes. Returns code().
  int close();

  // Returns 0 or an errno.
  int give_to(const Owner& owner) { return give_file(fd_.get(), owner); }

 private:
  static constexpr size_t kGathered = size_t{1} << 20;

  void write_long(std::string_view text);
  int reserve_to(uint64_t end);
  int keep_room(uint64_t end);
  int look_for_room(uint64_t end) const;

  Fd fd_;
  bool is_regular_;
  bool keeps_room_;
  Patience patience_;
  std::string waiting_;
  uint64_t written_ = 0;   // passed on
  uint64_t reserved_ = 0;  // there is room up to here
  int code_ = 0;
};

}  // namespace tcpflow
