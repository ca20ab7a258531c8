#include "output/gathered_write.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>

namespace tcpflow {
namespace {

// Drops the first `count` bytes of `pieces`.
std::span<iovec> skip(std::span<iovec> pieces, size_t count) {
  while (!pieces.empty() && count >= pieces.front().iov_len) {
    count -= pieces.front().iov_len;
    pieces = pieces.subspan(1);
  }
  if (count != 0) {
    pieces.front().iov_base = static_cast<char*>(pieces.front().iov_base) + count;
    pieces.front().iov_len -= count;
  }
  return pieces;
}

}  // namespace

Written write_at(int fd, std::span<iovec> pieces, uint64_t offset) {
  Written done;
  pieces = skip(pieces, 0);
  while (!pieces.empty()) {
    const int count = static_cast<int>(std::min<size_t>(pieces.size(), IOV_MAX));
    const ssize_t wrote =
        ::pwritev(fd, pieces.data(), count, static_cast<off_t>(offset + done.bytes));
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) {
      done.code = errno;
      return done;
    }
    if (wrote == 0) {  // a regular file that takes nothing is full
      done.code = ENOSPC;
      return done;
    }
    done.bytes += static_cast<uint64_t>(wrote);
    pieces = skip(pieces, static_cast<size_t>(wrote));
  }
  return done;
}

Written write_at(int fd, std::string_view text, uint64_t offset) {
  iovec piece{const_cast<char*>(text.data()), text.size()};
  return write_at(fd, {&piece, 1}, offset);
}

}  // namespace tcpflow
