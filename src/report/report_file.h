// The report's file: pieces that stay whole, written in large blocks.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/fd.h"
#include "base/owner.h"
#include "base/result.h"
#include "base/wait.h"

namespace tcpflow {

// Owned and used by one thread. A piece is on disk as a whole or not at all: after a failed write
// (disk full) the file is cut back to where it was good, and later pieces are tried again.
class ReportFile {
 public:
  // Creates `path` or empties it. Borrows `waiter`, on whose thread it is used.
  static Result<ReportFile> open(const std::string& path, Waiter& waiter);

  // Takes a whole piece of the report; writes once enough has gathered.
  void add(std::string_view piece);
  // Writes what has gathered. False if it was lost.
  bool flush();
  // Gives it away, if it is a file and no device or pipe.
  Status give_to(const Owner& owner);

  uint64_t pieces_lost() const { return pieces_lost_; }
  // The first failed write.
  const std::optional<Error>& error() const { return error_; }

 private:
  ReportFile(Fd fd, std::string path, Waiter& waiter)
      : fd_(std::move(fd)), path_(std::move(path)), waiter_(&waiter) {}
  void cut_back();

  Fd fd_;
  std::string path_;
  Waiter* waiter_;
  std::string gathered_;
  uint64_t pieces_gathered_ = 0;
  uint64_t pieces_lost_ = 0;
  uint64_t good_ = 0;  // bytes on disk that end with a whole piece
  std::optional<Error> error_;
};

}  // namespace tcpflow
