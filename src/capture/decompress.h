// A stream with its compression taken off, whatever that is.
#pragma once

#include <memory>

#include "capture/byte_stream.h"

namespace tcpflow {

// The uncompressed bytes of `raw`: gzip, xz, lzma, bzip2, zstd, lz4 and zip are recognised by
// content when the first bytes are read, never by name; anything else passes through without a
// copy. Nothing is limited but memory: it streams. Of a cut input everything before the cut is
// handed out (with bzip2, zstd, lz4 and zip at most the last block is lost), then the error
// says where the cut is.
std::unique_ptr<ByteStream> decompress(std::unique_ptr<ByteStream> raw);

}  // namespace tcpflow
