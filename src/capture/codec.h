// A decompressor that is fed bytes as they come.
#pragma once

#include <memory>
#include <span>

#include "base/bytes.h"
#include "base/result.h"
#include "capture/damage.h"

namespace tcpflow {

struct CodecStep {
  size_t consumed = 0;
  size_t produced = 0;
  bool is_finished = false;  // the compressed data is complete; what follows is not part of it
  size_t given_back = 0;  // when finished: so many octets consumed before are no part of it either
};

// Owned by a CodecStream, used on its thread.
class Codec {
 public:
  virtual ~Codec() = default;
  // Decompresses some of `in` into `out`. `is_last`: nothing follows `in`. A step that neither
  // consumes nor produces needs more input.
  virtual Result<CodecStep, Damage> run(Bytes in, std::span<uint8_t> out, bool is_last) = 0;
};

// gzip of any number of members; null if out of memory.
std::unique_ptr<Codec> make_gzip_codec();

// xz of any number of streams, and LZMA-alone. Takes memory as the input's dictionary demands, up
// to kLzmaMemoryLimit; null if out of memory.
inline constexpr uint64_t kLzmaMemoryLimit = uint64_t{1} << 30;
std::unique_ptr<Codec> make_xz_codec();
std::unique_ptr<Codec> make_lzma_codec();

}  // namespace tcpflow
