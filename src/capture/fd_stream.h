// The bytes of a file descriptor.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/fd.h"
#include "base/wait.h"
#include "capture/byte_stream.h"
#include "capture/idle_clock.h"

namespace tcpflow {

// Reads regular files in large plain reads, anything else (pipe, terminal, socket) as data arrives.
// Owns the descriptor, borrows the waiter.
class FdStream : public ByteStream {
 public:
  // Opens `path`, "-" for standard input. A FIFO is opened without waiting for its writer.
  static Result<std::unique_ptr<ByteStream>> open(const std::string& path, Waiter& waiter);

  // `file_size`: of a regular file, which is always readable, so never waited for; else nothing.
  FdStream(Fd fd, std::string name, std::optional<uint64_t> file_size, Waiter& waiter);

  Result<StreamRead> read(std::span<uint8_t> into) override;
  const std::string& name() const override { return name_; }
  bool is_prompt() const override { return !is_regular_; }
  ReadPosition position() const override { return position_; }

 private:
  // Nothing to say while there are bytes to read.
  StreamState wait();

  Fd fd_;
  std::string name_;
  bool is_regular_;
  ReadPosition position_;
  Waiter& waiter_;
  IdleClock idle_clock_;
  bool has_read_ = true;  // since it last said idle
};

}  // namespace tcpflow
