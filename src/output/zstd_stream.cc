#include "output/zstd_stream.h"

#include <archive_entry.h>
#include <sys/stat.h>

namespace tcpflow {

std::unique_ptr<ZstdStream> ZstdStream::make(ArchiveOutput& out) {
  auto stream = std::make_unique<ZstdStream>(out);
  if (!stream->start()) return nullptr;
  return stream;
}

// The format "raw" is that of a single file without headers: only the filter is at work.
bool ZstdStream::start() {
  writer_.reset(archive_write_new());
  archive* const writer = writer_.get();
  if (writer == nullptr) return false;
  // A warning means that another program would do it.
  if (archive_write_add_filter_zstd(writer) != ARCHIVE_OK) return false;
  archive_write_set_format_raw(writer);
  archive_write_set_bytes_per_block(writer, 0);
  if (archive_write_open(writer, this, nullptr, &pass_on, nullptr) != ARCHIVE_OK) return false;
  archive_entry* const entry = archive_entry_new();
  if (entry == nullptr) return false;
  archive_entry_set_filetype(entry, S_IFREG);
  const bool is_begun = archive_write_header(writer, entry) == ARCHIVE_OK;
  archive_entry_free(entry);
  return is_begun;
}

// What goes wrong is the output's to remember: libarchive would only refuse to go on.
la_ssize_t ZstdStream::pass_on(archive*, void* self, const void* data, size_t size) {
  static_cast<ZstdStream*>(self)->out_.write({static_cast<const char*>(data), size});
  return static_cast<la_ssize_t>(size);
}

void ZstdStream::write(std::string_view text) {
  if (!text.empty()) archive_write_data(writer_.get(), text.data(), text.size());
}

void ZstdStream::end() { archive_write_close(writer_.get()); }

}  // namespace tcpflow
