// One file that holds many.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "output/archive_output.h"
#include "output/entry_content.h"

namespace tcpflow {

enum class ArchiveKind : uint8_t { tar, tar_zst, zip };
// What an archive of this name is; "-" is a tar. Nothing: its name does not tell.
std::optional<ArchiveKind> archive_kind(std::string_view path);
// ".zip, .tar, .tar.zst"
const char* archive_kinds();

// What an archive says of an entry beside its bytes. The name is borrowed.
struct EntryMeta {
  std::string_view name;
  Timestamp time;
  uint32_t mode = 0;  // permissions
};

// How entries become bytes. It writes to the ArchiveOutput that it was made with; one thread.
class ArchiveFormat {
 public:
  virtual ~ArchiveFormat() = default;
  // The longest name that can be stored.
  virtual size_t longest_name() const = 0;
  // The most that an entry takes, with all that is to stand behind the last one.
  virtual uint64_t room_for(const EntryMeta& meta, const EntryContent& content) const = 0;
  // Writes an entry, always a whole one. False: some of its bytes could not be read and are zeros.
  virtual bool put(const EntryMeta& meta, const EntryContent& content) = 0;
  // The entry just put was written; or it was not, and the output went back. False: it cannot go
  // back, and nothing more can be written.
  virtual void keep() = 0;
  virtual bool can_go_back() const = 0;
  // Writes what stands behind the last entry.
  virtual void end() = 0;
};

// A zip or a tar, entry by entry. An entry is in it as a whole or not at all: room for it, and for
// what ends the archive, is found before it is begun, so that a full disk leaves a readable
// archive. Knows nothing of flows. Main thread.
class ArchiveFile {
 public:
  // Empties the file or makes it; `path` as archive_kind() knows it. `folder` is for temporary
  // files.
  static Result<std::unique_ptr<ArchiveFile>> open(const std::string& path, Waiter& waiter);
  ArchiveFile(std::string path, uint32_t mode, std::unique_ptr<ArchiveOutput> output,
              std::unique_ptr<ArchiveFormat> format);

  // Returns 0 or an errno: then the entry is not in it (but with kEntryDamaged, where some of its
  // bytes are zeros, since they could not be read back).
  int add(std::string_view name, Timestamp time, const EntryContent& content);
  static constexpr int kEntryDamaged = -1;
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
