// The entries of a tar.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "output/archive_file.h"
#include "output/zstd_stream.h"

namespace tcpflow {

// Entries with large holes are sparse files; zstd compresses it all on its way, if it is there.
// Owned by its ArchiveFile, same thread.
class TarFile : public ArchiveFormat {
 public:
  // Holes of an entry that together have fewer octets are zeros: more readers know that.
  static constexpr uint64_t kSparseFrom = uint64_t{64} << 10;

  // The output is borrowed; `zstd` may be null.
  TarFile(ArchiveOutput& out, std::unique_ptr<ZstdStream> zstd);

  size_t longest_name() const override { return size_t{1} << 20; }
  uint64_t room_for(const EntryMeta& meta, const EntryContent& content) const override;
  bool put(const EntryMeta& meta, const EntryContent& content) override;
  void keep() override {}
  bool can_go_back() const override { return zstd_ == nullptr; }
  void end() override;

 private:
  struct SparseSizes {
    uint64_t stretches = 0;
    uint64_t map = 0;    // octets, with what fills its last block
    uint64_t bytes = 0;  // of the stretches
  };
  bool put_sparse(const EntryMeta& meta, const EntryContent& content);
  void put_map(const EntryContent& content, const SparseSizes& sizes);
  bool put_stretches(const EntryContent& content, const SparseSizes& sizes);
  void write_zeros(uint64_t count);
  void write(std::string_view text);

  ArchiveOutput& out_;
  std::unique_ptr<ZstdStream> zstd_;
  std::string header_;  // scratch, as the next
  std::string line_;
  std::vector<uint8_t> buffer_;
};

// A TarFile, with or without compression. Fails where libarchive has no zstd.
Result<std::unique_ptr<ArchiveFormat>> make_tar(ArchiveOutput& out, bool is_compressed);

}  // namespace tcpflow
