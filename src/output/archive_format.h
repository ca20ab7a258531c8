// Entries as libarchive writes them into a zip or a tar.
#pragma once

#include <archive.h>
#include <archive_entry.h>
#include <locale.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/limits.h"
#include "base/result.h"
#include "base/time.h"
#include "output/archive_output.h"
#include "output/entry_content.h"

namespace tcpflow {

enum class ArchiveKind : uint8_t { tar, tar_zst, zip };

// What an archive says of an entry beside its bytes. The name is borrowed.
struct EntryMeta {
  const std::string& name;
  Timestamp time;
  uint32_t mode = 0;  // permissions
};

// Names in UTF-8, whatever the locale of the run is: libarchive goes by the one of the thread.
class Utf8Locale {
 public:
  Utf8Locale() : locale_(::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr)) {}
  ~Utf8Locale();
  Utf8Locale(const Utf8Locale&) = delete;
  Utf8Locale& operator=(const Utf8Locale&) = delete;

  // The thread has it while this lives; not where there is none.
  class Use {
   public:
    explicit Use(const Utf8Locale& locale)
        : before_(locale.locale_ != nullptr ? ::uselocale(locale.locale_) : nullptr) {}
    ~Use();
    Use(const Use&) = delete;
    Use& operator=(const Use&) = delete;

   private:
    locale_t before_;
  };

 private:
  locale_t locale_;
};

// Writes to the output that it was made with, and never stops for what goes wrong there: the output
// remembers that. Small entries of a zip are stored: deflating them takes long and wins little.
// Tars are pax; with large holes entries are sparse files. Owned by its ArchiveFile, same thread.
class ArchiveFormat {
 public:
  static constexpr uint64_t kDeflatedFrom = 4096;
  // Holes of an entry that together have fewer octets are zeros: more readers know that.
  static constexpr uint64_t kSparseFrom = uint64_t{64} << 10;
  // Some bytes of the entry could not be read and are zeros.
  static constexpr int kEntryDamaged = -1;

  // Borrows the output. Fails where libarchive was built without what it takes.
  static Result<std::unique_ptr<ArchiveFormat>> make(ArchiveKind kind, ArchiveOutput& out,
                                                     const OutputLimits& limits = {});
  ArchiveFormat(ArchiveKind kind, ArchiveOutput& out, const OutputLimits& limits);
  ~ArchiveFormat();
  ArchiveFormat(const ArchiveFormat&) = delete;
  ArchiveFormat& operator=(const ArchiveFormat&) = delete;

  // The longest name that can be stored.
  size_t longest_name() const;
  // The most that an entry takes, with all that is to stand behind the last one.
  uint64_t room_for(const EntryMeta& meta, const EntryContent& content) const;
  // What libarchive keeps in memory until the archive ends has reached its limit.
  bool is_full() const { return directory_size_ > limits_.archive_directory; }
  // Writes an entry. Returns 0, kEntryDamaged, or an errno: it could not be begun.
  int put(const EntryMeta& meta, const EntryContent& content);
  // Writes what stands behind the last entry.
  void end();

 private:
  struct WriterCloser {
    void operator()(archive* writer) const { archive_write_free(writer); }
  };
  struct EntryCloser {
    void operator()(archive_entry* entry) const { archive_entry_free(entry); }
  };
  static la_ssize_t pass_on(archive*, void* self, const void* data, size_t size);
  bool start();
  bool set_zip();
  bool set_method(const EntryContent& content);
  uint64_t zip_room(const EntryMeta& meta, const EntryContent& content) const;
  uint64_t tar_room(const EntryMeta& meta, const EntryContent& content) const;
  bool add_stretches(const EntryContent& content);

  ArchiveKind kind_;
  ArchiveOutput& out_;
  OutputLimits limits_;
  Utf8Locale utf8_;
  bool is_given_up_ = false;
  std::unique_ptr<archive, WriterCloser> writer_;
  std::unique_ptr<archive_entry, EntryCloser> entry_;
  uint64_t directory_size_ = 0;
  std::vector<uint8_t> buffer_;  // scratch
};

}  // namespace tcpflow
