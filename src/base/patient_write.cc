#include "base/patient_write.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>

namespace tcpflow {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kStepMilliseconds = 50;  // how soon a wish to stop is noticed
constexpr mode_t kFileMode = 0666;

// A disk or a device like /dev/null takes what it is given; these wait for somebody.
bool has_reader(int fd) {
  struct stat info {};
  if (::fstat(fd, &info) != 0 || S_ISREG(info.st_mode)) return false;
  return S_ISFIFO(info.st_mode) || S_ISSOCK(info.st_mode) || ::isatty(fd) == 1;
}

bool is_fifo(const std::string& path) {
  struct stat info {};
  return ::stat(path.c_str(), &info) == 0 && S_ISFIFO(info.st_mode);
}

// False: patience has ended.
bool wait_writable(int fd, const Patience& patience) {
  pollfd waiting{fd, POLLOUT, 0};
  Clock::time_point stop_seen = Clock::time_point::max();
  // Anything that poll finds but room is for the write to tell.
  while (::poll(&waiting, 1, kStepMilliseconds) <= 0) {
    if (!patience.waiter.stop_requested()) continue;
    stop_seen = std::min(stop_seen, Clock::now());
    if (Clock::now() - stop_seen >= patience.after_stop) return false;
  }
  return true;
}

}  // namespace

Written write_all(int fd, std::string_view text, const Patience& patience) {
  Written done;
  const bool can_block = has_reader(fd);
  // A pipe with room for anything has room for PIPE_BUF: only so much is sure not to block.
  const size_t most = can_block ? PIPE_BUF : SSIZE_MAX;
  bool must_wait = can_block;
  while (done.bytes < text.size()) {
    if (must_wait && !wait_writable(fd, patience)) {
      done.code = ECANCELED;
      return done;
    }
    const std::string_view rest = text.substr(done.bytes, most);
    const ssize_t wrote = ::write(fd, rest.data(), rest.size());
    if (wrote >= 0) {
      done.bytes += static_cast<uint64_t>(wrote);
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      must_wait = true;
    } else if (errno != EINTR) {
      done.code = errno;
      return done;
    }
  }
  return done;
}

bool may_still_be_read(Waiter& waiter) {
  if (waiter.stop_requested()) return false;
  ::poll(nullptr, 0, kStepMilliseconds);
  return true;
}

int open_output(const std::string& path, int flags, Waiter& waiter) {
  // Without O_NONBLOCK the open itself would wait for the reader, deaf to signals.
  const bool waits = is_fifo(path);
  const int all = flags | O_CLOEXEC | O_NOCTTY | (waits ? O_NONBLOCK : 0);
  for (;;) {
    const int fd = ::open(path.c_str(), all, kFileMode);
    if (fd >= 0) return fd;
    const int code = errno;
    if (code == EINTR) continue;
    if (code != ENXIO || !waits) return -code;
    if (!may_still_be_read(waiter)) return -ECANCELED;
  }
}

Error write_error(const std::string& name, int code) {
  if (code != ECANCELED) return errno_error(name, code);
  return {name + ": nobody read it when the run was to stop; what was left is not written", code};
}

}  // namespace tcpflow
