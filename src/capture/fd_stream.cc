#include "capture/fd_stream.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace tcpflow {
namespace {

Fd open_fd(const std::string& path) {
  if (path == "-") return Fd(::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3));
  // Non-blocking, or the open of a FIFO would hang, deaf to signals, until a writer comes.
  return Fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
}

}  // namespace

Result<std::unique_ptr<ByteStream>> FdStream::open(const std::string& path, Waiter& waiter) {
  Fd fd = open_fd(path);
  if (!fd) return errno_error(path, errno);
  struct stat info {};
  if (::fstat(fd.get(), &info) != 0) return errno_error(path, errno);
  if (S_ISDIR(info.st_mode)) return Error{path + ": is a directory", EISDIR};
  std::optional<uint64_t> size;
  if (S_ISREG(info.st_mode)) size = static_cast<uint64_t>(info.st_size);
  // Advice only: a file system that does not take it still reads.
  if (size) (void)::posix_fadvise(fd.get(), 0, 0, POSIX_FADV_SEQUENTIAL);
  return std::unique_ptr<ByteStream>(std::make_unique<FdStream>(std::move(fd), path, size, waiter));
}

FdStream::FdStream(Fd fd, std::string name, std::optional<uint64_t> file_size, Waiter& waiter)
    : fd_(std::move(fd)),
      name_(std::move(name)),
      is_regular_(file_size.has_value()),
      position_{0, file_size.value_or(0)},
      waiter_(waiter) {}

StreamState FdStream::wait() {
  if (waiter_.stop_requested()) return StreamState::stopped;
  if (is_regular_) return StreamState::data;
  // However long the work after the last idle took, what is there is read before the next.
  const Duration left = idle_clock_.left();
  const bool is_due = left == Duration::zero() && has_read_;
  const Ready ready = is_due ? Ready::timed_out : waiter_.wait_readable(fd_.get(), left);
  if (ready == Ready::stopped) return StreamState::stopped;
  if (ready == Ready::readable) return StreamState::data;
  idle_clock_.said_idle();
  has_read_ = false;
  return StreamState::idle;
}

Result<StreamRead> FdStream::read(std::span<uint8_t> into) {
  for (;;) {
    const StreamState state = wait();
    if (state != StreamState::data) return StreamRead{0, state};
    const ssize_t count = ::read(fd_.get(), into.data(), into.size());
    has_read_ = true;
    if (count > 0) {
      position_.read += static_cast<uint64_t>(count);
      return StreamRead{static_cast<size_t>(count), StreamState::data};
    }
    if (count == 0) return StreamRead{0, StreamState::end};
    // Somebody else who holds the same pipe may have taken what we waited for.
    if (errno != EINTR && errno != EAGAIN) return errno_error(name_, errno);
  }
}

}  // namespace tcpflow
