#include "output/archive_file.h"

#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <utility>

namespace tcpflow {
namespace {

// Permissions that a new file gets.
uint32_t usual_mode() {
  const mode_t mask = ::umask(0);
  ::umask(mask);
  return 0666 & ~mask;
}

std::string folder_of(const std::string& path) {
  const size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return path.substr(0, std::max<size_t>(slash, 1));
}

bool is_regular_file(const std::string& path) {
  struct stat info {};
  return ::stat(path.c_str(), &info) == 0 && S_ISREG(info.st_mode);
}

}  // namespace

std::optional<ArchiveKind> archive_kind(std::string_view path) {
  if (path == "-" || path.ends_with(".tar")) return ArchiveKind::tar;
  if (path.ends_with(".tar.zst")) return ArchiveKind::tar_zst;
  if (path.ends_with(".zip")) return ArchiveKind::zip;
  return std::nullopt;
}

const char* archive_kinds() { return ".zip, .tar, .tar.zst"; }

Result<std::unique_ptr<Spool>> open_spool(const std::string& path) {
  if (path != "-" && is_regular_file(path)) {
    Result<std::unique_ptr<Spool>> beside = Spool::open(folder_of(path));
    if (beside) return beside;
  }
  const char* const given = std::getenv("TMPDIR");
  return Spool::open(given != nullptr && given[0] != '\0' ? given : "/tmp");
}

Result<std::unique_ptr<ArchiveFile>> ArchiveFile::open(const std::string& path, Waiter& waiter,
                                                       const OutputLimits& limits) {
  const std::optional<ArchiveKind> kind = archive_kind(path);
  if (!kind) return Error{path + ": the name of an archive ends in one of " + archive_kinds()};
  Result<std::unique_ptr<ArchiveOutput>> output = ArchiveOutput::open(path, waiter);
  if (!output) return output.error();
  if (*kind == ArchiveKind::zip && !(*output)->is_regular()) {
    return Error{path + ": a zip needs a file on disk; a pipe takes a tar"};
  }
  Result<std::unique_ptr<ArchiveFormat>> format = ArchiveFormat::make(*kind, **output, limits);
  if (!format) return Error{path + ": " + format.error().message};
  return std::make_unique<ArchiveFile>(path, usual_mode(), std::move(*output), std::move(*format));
}

ArchiveFile::ArchiveFile(std::string path, uint32_t mode, std::unique_ptr<ArchiveOutput> output,
                         std::unique_ptr<ArchiveFormat> format)
    : path_(std::move(path)), mode_(mode), output_(std::move(output)), format_(std::move(format)) {}

int ArchiveFile::add(const std::string& name, Timestamp time, const EntryContent& content) {
  if (broken_ != 0) return broken_;
  if (name.size() > format_->longest_name()) return ENAMETOOLONG;
  if (format_->is_full()) return EFBIG;
  const EntryMeta meta{name, time, mode_};
  if (const int code = output_->reserve(format_->room_for(meta, content)); code != 0) return code;
  const int code = format_->put(meta, content);
  // Without room that is kept, only what was written is sure to be there.
  if (output_->is_regular() && !output_->keeps_room()) output_->flush();
  broken_ = output_->code();
  return broken_ != 0 ? broken_ : code;
}

int ArchiveFile::flush() {
  if (broken_ == 0) broken_ = output_->flush();
  return broken_;
}

int ArchiveFile::finish() {
  if (std::exchange(is_finished_, true)) return broken_;
  if (broken_ == 0) format_->end();
  const int code = output_->close();
  if (broken_ == 0) broken_ = code;
  return broken_;
}

}  // namespace tcpflow
