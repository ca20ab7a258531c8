// Compression of a whole output with zstd.
#pragma once

#include <archive.h>

#include <memory>
#include <string_view>

#include "output/archive_output.h"

namespace tcpflow {

// One stream of zstd, by libarchive. Owned by the format that writes through it, same thread.
class ZstdStream {
 public:
  // The most that it holds back of what it was given.
  static constexpr uint64_t kMostWaiting = uint64_t{1} << 20;

  // Null where libarchive cannot do it. The output is borrowed.
  static std::unique_ptr<ZstdStream> make(ArchiveOutput& out);
  explicit ZstdStream(ArchiveOutput& out) : out_(out) {}

  void write(std::string_view text);
  // Writes the rest.
  void end();

 private:
  struct Closer {
    void operator()(archive* writer) const { archive_write_free(writer); }
  };
  static la_ssize_t pass_on(archive*, void* self, const void* data, size_t size);
  bool start();

  ArchiveOutput& out_;
  std::unique_ptr<archive, Closer> writer_;
};

}  // namespace tcpflow
