// The entries of a zip.
#pragma once

#include <zlib.h>

#include <memory>
#include <string>
#include <vector>

#include "base/limits.h"
#include "output/archive_file.h"
#include "output/zip_format.h"

namespace tcpflow {

// Deflates one entry after the other; what it takes to do so is set up once.
class Deflater {
 public:
  Deflater();
  ~Deflater() { ::deflateEnd(&stream_); }
  Deflater(const Deflater&) = delete;
  Deflater& operator=(const Deflater&) = delete;

  void begin() { ::deflateReset(&stream_); }
  // Writes what comes of `text` so far.
  void write(std::string_view text, ArchiveOutput& out);
  // Writes the rest.
  void end(ArchiveOutput& out) { push({}, Z_FINISH, out); }

 private:
  void push(std::string_view text, int flush, ArchiveOutput& out);

  z_stream stream_{};
  std::vector<uint8_t> packed_;
};

// Small entries are stored: deflating them takes long and wins little. The directory waits in
// memory and, from OutputLimits::archive_directory on, in a temporary file. Owned by its
// ArchiveFile, same thread.
class ZipFile : public ArchiveFormat {
 public:
  static constexpr uint64_t kDeflatedFrom = 4096;

  // The output is borrowed.
  ZipFile(ArchiveOutput& out, std::unique_ptr<Spool> spool);

  size_t longest_name() const override { return kLongestZipName; }
  uint64_t room_for(const EntryMeta& meta, const EntryContent& content) const override;
  bool put(const EntryMeta& meta, const EntryContent& content) override;
  void keep() override;
  bool can_go_back() const override { return true; }
  void end() override;

 private:
  bool put_stored(ZipEntry& entry, const EntryContent& content);
  bool put_deflated(ZipEntry& entry, const EntryContent& content);

  ArchiveOutput& out_;
  std::unique_ptr<Spool> spool_;
  bool spools_ = true;  // false once that has failed
  EntryContent directory_;
  uint64_t entries_ = 0;
  Deflater deflater_;
  std::string header_;  // scratch, as the next
  std::string small_;
  std::string central_;  // of the entry just put
  std::vector<uint8_t> buffer_;
};

}  // namespace tcpflow
