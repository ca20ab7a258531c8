#include "output/archive_output.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "output/gathered_write.h"

namespace tcpflow {
namespace {

// So much more than needed is reserved at once: one system call for many entries.
constexpr uint64_t kReservedAhead = uint64_t{16} << 20;

Result<Fd> open_file(const std::string& path, Waiter& waiter) {
  const int fd = path == "-" ? ::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3)
                             : open_output(path, O_WRONLY | O_CREAT | O_TRUNC, waiter);
  if (fd < 0 && path == "-") return errno_error("standard output", errno);
  if (fd < 0) return write_error(path, -fd);
  return Fd(fd);
}

// How large a file the process may write.
uint64_t process_limit() {
  rlimit limit{};
  const bool has_limit = ::getrlimit(RLIMIT_FSIZE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY;
  return has_limit ? limit.rlim_cur : UINT64_MAX;
}

}  // namespace

Result<std::unique_ptr<ArchiveOutput>> ArchiveOutput::open(const std::string& path,
                                                           Waiter& waiter) {
  Result<Fd> fd = open_file(path, waiter);
  if (!fd) return fd.error();
  if (::isatty(fd->get()) == 1) return Error{path + ": an archive is not written to a terminal"};
  struct stat info {};
  if (::fstat(fd->get(), &info) != 0) return errno_error(path, errno);
  // Standard output may stand behind what others wrote, or append.
  const bool is_regular = S_ISREG(info.st_mode) && path != "-";
  return std::make_unique<ArchiveOutput>(Target{std::move(*fd), is_regular}, waiter);
}

ArchiveOutput::ArchiveOutput(Target target, Waiter& waiter)
    : fd_(std::move(target.fd)),
      is_regular_(target.is_regular),
      keeps_room_(target.is_regular),
      patience_{waiter} {
  waiting_.reserve(kGathered);
}

ArchiveOutput::~ArchiveOutput() { close(); }

int ArchiveOutput::reserve(uint64_t bytes) {
  const uint64_t end = position() + bytes;
  if (!is_regular_ || end <= reserved_) return 0;
  return reserve_to(end);
}

int ArchiveOutput::reserve_to(uint64_t end) {
  // What is reserved is not held against this limit, what is written is.
  const uint64_t most = process_limit();
  if (end > most) return EFBIG;
  for (const uint64_t ahead : {kReservedAhead, uint64_t{0}}) {
    if (!keeps_room_) break;
    const uint64_t wanted = std::min(end + ahead, most);
    const int code = keep_room(wanted);
    if (code == 0) {
      reserved_ = wanted;
      return 0;
    }
    const bool is_full = code == ENOSPC || code == EDQUOT || code == EFBIG;
    if (is_full && ahead == 0) return code;
    keeps_room_ = is_full;
  }
  return look_for_room(end);
}

// Where the file system cannot do it without growing the file, the C library writes into each
// block.
int ArchiveOutput::keep_room(uint64_t end) {
  const auto from = static_cast<off_t>(reserved_);
  const auto count = static_cast<off_t>(end - reserved_);
  int code = 0;
  do {
    code = ::fallocate(fd_.get(), FALLOC_FL_KEEP_SIZE, from, count) == 0 ? 0 : errno;
    if (code == EOPNOTSUPP || code == ENOSYS) code = ::posix_fallocate(fd_.get(), from, count);
  } while (code == EINTR);
  return code;
}

int ArchiveOutput::look_for_room(uint64_t end) const {
  struct statvfs info {};
  const bool is_known = ::fstatvfs(fd_.get(), &info) == 0 && info.f_blocks != 0;
  if (!is_known) return 0;
  return end - written_ <= uint64_t{info.f_bavail} * info.f_frsize ? 0 : ENOSPC;
}

void ArchiveOutput::write_long(std::string_view text) {
  while (!text.empty() && code_ == 0) {
    const size_t count = std::min(text.size(), kGathered - waiting_.size());
    waiting_ += text.substr(0, count);
    text.remove_prefix(count);
    if (waiting_.size() == kGathered) flush();
  }
}

int ArchiveOutput::flush() {
  if (code_ != 0 || waiting_.empty()) return code_;
  const Written done = is_regular_ ? write_at(fd_.get(), waiting_, written_)
                                   : write_all(fd_.get(), waiting_, patience_);
  written_ += done.bytes;
  waiting_.clear();
  code_ = done.code;
  return code_;
}

int ArchiveOutput::close() {
  if (!fd_) return code_;
  flush();
  // Gives back what was reserved and not needed.
  if (is_regular_ && reserved_ > written_ && ::ftruncate(fd_.get(), static_cast<off_t>(written_)))
    code_ = code_ != 0 ? code_ : errno;
  if (::close(fd_.release()) != 0 && errno != EINTR && code_ == 0) code_ = errno;
  return code_;
}

}  // namespace tcpflow
