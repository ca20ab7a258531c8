// One file that holds many.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "output/archive_format.h"
#include "output/archive_output.h"
#include "output/entry_content.h"

namespace tcpflow {

// What an archive of this name is; "-" is a tar. Nothing: its name does not tell.
std::optional<ArchiveKind> archive_kind(std::string_view path);
// ".zip, .tar, .tar.zst"
const char* archive_kinds();

// A zip or a tar, entry by entry. An entry is in it as a whole or not at all: room for it, and for
// what ends the archive, is found before it is begun, so that a full disk leaves a readable
// archive. Knows nothing of flows. Main thread.
class ArchiveFile {
 public:
  // Empties the file or makes it; `path` as archive_kind() knows it.
  static Result<std::unique_ptr<ArchiveFile>> open(const std::string& path, Waiter& waiter,
                                                   const OutputLimits& limits = {});
  ArchiveFile(std::string path, uint32_t mode, std::unique_ptr<ArchiveOutput> output,
              std::unique_ptr<ArchiveFormat> format);

  // Returns 0 or an errno: then the entry is not in it (but with kEntryDamaged, where some of its
  // bytes are zeros, since they could not be read back).
  int add(const std::string& name, Timestamp time, const EntryContent& content);
  static constexpr int kEntryDamaged = ArchiveFormat::kEntryDamaged;
  // Passes on what waits. Returns 0 or an errno.
  int flush();
  // Ends the archive and closes it. Returns 0 or an errno.
  int finish();

  // The errno after which nothing more could be written; 0: all is well.
  int broken() const { return broken_; }
  // Returns 0 or an errno.
  int give_to(const Owner& owner) { return output_->give_to(owner); }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
  uint32_t mode_;
  std::unique_ptr<ArchiveOutput> output_;
  std::unique_ptr<ArchiveFormat> format_;
  int broken_ = 0;
  bool is_finished_ = false;
};

// A temporary file beside `path`, or where such files are kept if that is no place for it.
Result<std::unique_ptr<Spool>> open_spool(const std::string& path);

}  // namespace tcpflow
