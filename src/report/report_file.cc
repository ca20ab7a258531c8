#include "report/report_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

namespace tcpflow {
namespace {

constexpr size_t kBlock = size_t{64} << 10;

}  // namespace

Result<ReportFile> ReportFile::open(const std::string& path) {
  Fd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666));
  if (!fd) return errno_error(path, errno);
  return ReportFile(std::move(fd), path);
}

void ReportFile::add(std::string_view piece) {
  gathered_ += piece;
  ++pieces_gathered_;
  if (gathered_.size() >= kBlock) flush();
}

bool ReportFile::flush() {
  const bool written = write_all(gathered_);
  if (written) {
    good_ += gathered_.size();
  } else {
    pieces_lost_ += pieces_gathered_;
    cut_back();
  }
  gathered_.clear();
  pieces_gathered_ = 0;
  return written;
}

Status ReportFile::give_to(uid_t user, gid_t group) {
  if (::fchown(fd_.get(), user, group) != 0) return errno_error(path_, errno);
  return Ok{};
}

bool ReportFile::write_all(std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(fd_.get(), text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) {
      if (!error_) error_ = errno_error(path_, errno);
      return false;
    }
    text.remove_prefix(static_cast<size_t>(written));
  }
  return true;
}

void ReportFile::cut_back() {
  // A pipe cannot be cut; its reader has seen the broken piece.
  const auto end = static_cast<off_t>(good_);
  if (::ftruncate(fd_.get(), end) == 0) ::lseek(fd_.get(), end, SEEK_SET);
}

}  // namespace tcpflow
