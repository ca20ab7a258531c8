// Which compression a stream has, told by its first bytes.
#pragma once

#include "base/bytes.h"

namespace tcpflow {

enum class Compression : uint8_t { none, gzip, xz, lzma, bzip2, zstd, lz4, zip };

// As many first bytes as recognise() may look at.
inline constexpr size_t kCompressionHead = 14;

// `head`: the first bytes, kCompressionHead of them or the whole input.
Compression recognise_compression(Bytes head);

// "gzip"
const char* compression_name(Compression kind);

}  // namespace tcpflow
