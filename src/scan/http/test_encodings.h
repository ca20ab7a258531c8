// Encoders of HTTP's codings for the tests and fuzz targets of this folder.
#pragma once

#include <brotli/encode.h>
#include <zlib.h>
#include <zstd.h>

#include <cassert>
#include <memory>
#include <string>

#include "scan/http/content_coding.h"

namespace tcpflow::testing {

// For deflateInit2.
inline constexpr int kGzipBits = MAX_WBITS + 16;
inline constexpr int kZlibBits = MAX_WBITS;
inline constexpr int kRawBits = -MAX_WBITS;

inline std::string deflated(const std::string& plain, int window_bits) {
  z_stream z{};
  deflateInit2(&z, 6, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&z, static_cast<uLong>(plain.size())) + 64, '\0');
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(plain.data()));
  z.avail_in = static_cast<uInt>(plain.size());
  z.next_out = reinterpret_cast<Bytef*>(out.data());
  z.avail_out = static_cast<uInt>(out.size());
  deflate(&z, Z_FINISH);
  out.resize(z.total_out);
  deflateEnd(&z);
  return out;
}

inline std::string brotli(const std::string& plain) {
  size_t size = BrotliEncoderMaxCompressedSize(plain.size()) + 64;
  std::string out(size, '\0');
  BrotliEncoderCompress(5, 22, BROTLI_MODE_GENERIC, plain.size(),
                        reinterpret_cast<const uint8_t*>(plain.data()), &size,
                        reinterpret_cast<uint8_t*>(out.data()));
  out.resize(size);
  return out;
}

struct ZstdForm {
  int window_log = 0;  // 0: as fits
  bool has_checksum = true;
  bool has_size = true;  // of the content, in the frame's header
};

inline std::string zstd(const std::string& plain, const ZstdForm& form = {}) {
  const std::unique_ptr<ZSTD_CCtx, size_t (*)(ZSTD_CCtx*)> to(ZSTD_createCCtx(), ZSTD_freeCCtx);
  ZSTD_CCtx_setParameter(to.get(), ZSTD_c_windowLog, form.window_log);
  ZSTD_CCtx_setParameter(to.get(), ZSTD_c_checksumFlag, form.has_checksum ? 1 : 0);
  ZSTD_CCtx_setParameter(to.get(), ZSTD_c_contentSizeFlag, form.has_size ? 1 : 0);
  std::string out(ZSTD_compressBound(plain.size()), '\0');
  const size_t size = ZSTD_compress2(to.get(), out.data(), out.size(), plain.data(), plain.size());
  assert(ZSTD_isError(size) == 0);
  out.resize(size);
  return out;
}

inline std::string encode(ContentCoding coding, const std::string& plain) {
  switch (coding) {
    case ContentCoding::gzip:
      return deflated(plain, kGzipBits);
    case ContentCoding::deflate:
      return deflated(plain, kZlibBits);
    case ContentCoding::brotli:
      return brotli(plain);
    case ContentCoding::zstd:
      break;
  }
  return zstd(plain);
}

}  // namespace tcpflow::testing
