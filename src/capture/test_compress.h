// Compressors for the tests of this layer.
#pragma once

#include <archive.h>
#include <archive_entry.h>
#include <lzma.h>
#include <zlib.h>

#include <string>
#include <utility>
#include <vector>

#include "capture/compression.h"

namespace tcpflow::testing {

inline size_t room_for(const std::string& plain) { return plain.size() * 2 + 65536; }

inline std::string gzip(std::string plain) {
  std::string out(room_for(plain), '\0');
  z_stream z{};
  deflateInit2(&z, 6, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY);
  z.next_in = reinterpret_cast<Bytef*>(plain.data());
  z.avail_in = static_cast<uInt>(plain.size());
  z.next_out = reinterpret_cast<Bytef*>(out.data());
  z.avail_out = static_cast<uInt>(out.size());
  deflate(&z, Z_FINISH);
  out.resize(z.total_out);
  deflateEnd(&z);
  return out;
}

inline std::string run_lzma(lzma_stream& lzma, const std::string& plain) {
  std::string out(room_for(plain), '\0');
  lzma.next_in = reinterpret_cast<const uint8_t*>(plain.data());
  lzma.avail_in = plain.size();
  lzma.next_out = reinterpret_cast<uint8_t*>(out.data());
  lzma.avail_out = out.size();
  const bool is_done = lzma_code(&lzma, LZMA_FINISH) == LZMA_STREAM_END;
  out.resize(is_done ? lzma.total_out : 0);
  lzma_end(&lzma);
  return out;
}

inline std::string xz(const std::string& plain) {
  lzma_stream lzma = LZMA_STREAM_INIT;
  if (lzma_easy_encoder(&lzma, 1, LZMA_CHECK_CRC32) != LZMA_OK) return {};
  return run_lzma(lzma, plain);
}

inline std::string lzma_alone(const std::string& plain) {
  lzma_options_lzma options;
  lzma_lzma_preset(&options, 1);
  lzma_stream lzma = LZMA_STREAM_INIT;
  if (lzma_alone_encoder(&lzma, &options) != LZMA_OK) return {};
  return run_lzma(lzma, plain);
}

// With libarchive. Of all kinds but zip the first member's content is all there is.
using Members = std::vector<std::pair<std::string, std::string>>;
inline std::string archived(Compression kind, const Members& members) {
  archive* writer = archive_write_new();
  if (kind == Compression::bzip2) archive_write_add_filter_bzip2(writer);
  if (kind == Compression::zstd) archive_write_add_filter_zstd(writer);
  if (kind == Compression::lz4) archive_write_add_filter_lz4(writer);
  if (kind == Compression::zip) {
    archive_write_set_format_zip(writer);
  } else {
    archive_write_set_format_raw(writer);
  }
  archive_write_set_options(writer, kind == Compression::lz4 ? "lz4:block-size=4" : "");
  archive_write_set_bytes_in_last_block(writer, 1);
  std::string out(room_for(members[0].second) * members.size(), '\0');
  size_t used = 0;
  archive_write_open_memory(writer, out.data(), out.size(), &used);
  for (const auto& [name, content] : members) {
    archive_entry* entry = archive_entry_new();
    archive_entry_set_pathname(entry, name.c_str());
    archive_entry_set_size(entry, static_cast<la_int64_t>(content.size()));
    archive_entry_set_filetype(entry, name.ends_with("/") ? AE_IFDIR : AE_IFREG);
    archive_entry_set_perm(entry, 0644);
    archive_write_header(writer, entry);
    archive_write_data(writer, content.data(), content.size());
    archive_entry_free(entry);
  }
  archive_write_close(writer);
  archive_write_free(writer);
  out.resize(used);
  return out;
}

inline std::string compress(Compression kind, const std::string& plain) {
  switch (kind) {
    case Compression::none:
      return plain;
    case Compression::gzip:
      return gzip(plain);
    case Compression::xz:
      return xz(plain);
    case Compression::lzma:
      return lzma_alone(plain);
    default:
      return archived(kind, {{"in.pcap", plain}});
  }
}

}  // namespace tcpflow::testing
