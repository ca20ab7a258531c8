#include "report/report_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "base/patient_write.h"

namespace tcpflow {
namespace {

constexpr size_t kBlock = size_t{64} << 10;

}  // namespace

Result<ReportFile> ReportFile::open(const std::string& path, Waiter& waiter) {
  const int fd = open_output(path, O_WRONLY | O_CREAT | O_TRUNC, waiter);
  if (fd < 0) return write_error(path, -fd);
  return ReportFile(Fd(fd), path, waiter);
}

void ReportFile::add(std::string_view piece) {
  gathered_ += piece;
  ++pieces_gathered_;
  if (gathered_.size() >= kBlock) flush();
}

bool ReportFile::flush() {
  const int code = write_all(fd_.get(), gathered_, {*waiter_}).code;
  if (code == 0) {
    good_ += gathered_.size();
  } else {
    pieces_lost_ += pieces_gathered_;
    if (!error_) error_ = write_error(path_, code);
    cut_back();
  }
  gathered_.clear();
  pieces_gathered_ = 0;
  return code == 0;
}

Status ReportFile::give_to(const Owner& owner) {
  const int code = give_file(fd_.get(), owner);
  if (code != 0) return errno_error(path_, code);
  return Ok{};
}

void ReportFile::cut_back() {
  // A pipe cannot be cut; its reader has seen the broken piece.
  const auto end = static_cast<off_t>(good_);
  if (::ftruncate(fd_.get(), end) == 0) ::lseek(fd_.get(), end, SEEK_SET);
}

}  // namespace tcpflow
