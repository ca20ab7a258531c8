// What libarchive makes of a compressed stream: bzip2, zstd, lz4, zip.
#pragma once

#include <archive.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "capture/byte_stream.h"
#include "capture/compression.h"

namespace tcpflow {

// libarchive pulls its input and decompresses whole blocks, so of a cut or damaged input the last
// block is lost, and the message says so. Of a zip the first file is read; more files are an error
// at its end, so that they are not lost in silence. Owned by its reader.
class ArchiveStream : public ByteStream {
 public:
  ArchiveStream(std::unique_ptr<ByteStream> raw, Compression kind);

  Result<StreamRead> read(std::span<uint8_t> into) override;
  const std::string& name() const override { return raw_->name(); }
  bool is_prompt() const override { return raw_->is_prompt(); }
  ReadPosition position() const override { return raw_->position(); }
  std::vector<std::string> notes() const override { return raw_->notes(); }

 private:
  struct Closer {
    void operator()(archive* reader) const { archive_read_free(reader); }
  };
  static la_ssize_t feed_callback(archive*, void* self, const void** block);
  la_ssize_t feed(const void** block);
  bool open();
  bool next_member();
  bool next_block();
  // Why libarchive gave up, or the end.
  Result<StreamRead> finish();
  Error broken() const;

  std::unique_ptr<ByteStream> raw_;
  Compression kind_;
  std::unique_ptr<archive, Closer> reader_;  // null until the first read
  std::vector<uint8_t> buffer_;
  uint64_t raw_bytes_ = 0;
  bool raw_ended_ = false;
  bool is_stopped_ = false;
  std::optional<Error> raw_error_;
  Bytes block_;  // decompressed bytes still to be handed out; libarchive's
  bool owes_idle_ = false;
  int status_ = ARCHIVE_OK;  // what stopped libarchive
  std::string member_;       // the zip's file that is being read
  bool has_no_more_members_ = false;
};

}  // namespace tcpflow
