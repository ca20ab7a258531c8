// Whole writes: short writes are continued, interrupted ones repeated.
#pragma once

#include <sys/uio.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace tcpflow {

// How far a write came. `code` is the errno that stopped it, 0 if all is written.
struct Written {
  uint64_t bytes = 0;
  int code = 0;
};

// Writes `pieces` one behind the other at `offset` of a regular file. Uses `pieces` up.
Written write_at(int fd, std::span<iovec> pieces, uint64_t offset);
Written write_at(int fd, std::string_view text, uint64_t offset);

// Writes to anything, at the place where it stands. A descriptor that is in non-blocking mode is
// waited for. SIGPIPE is the caller's to ignore.
Written write_all(int fd, std::string_view text);

}  // namespace tcpflow
