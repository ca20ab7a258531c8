// What undoes one coding, and who makes it. Used by BodyDecoder only.
#pragma once

#include <memory>
#include <span>

#include "base/bytes.h"
#include "scan/http/content_coding.h"

namespace tcpflow {

struct DecodeStep {
  size_t consumed = 0;
  size_t produced = 0;                    // good also if the state says that what follows is not
  DecodeState state = DecodeState::more;  // never more again once it was not
};

// Owned by a BodyDecoder, used on its thread. A library's memory is asked for at the first bytes.
class ContentDecoder {
 public:
  virtual ~ContentDecoder() = default;
  // Decodes some of `in` into `out`, which is not empty. A step that consumed all and did not fill
  // `out` has nothing left to produce. Unless both are so, there is progress at every step.
  virtual DecodeStep run(Bytes in, std::span<uint8_t> out) = 0;
  // The coding ended at the last of the bytes, or before them.
  virtual bool is_whole() const = 0;
};

// `room` may be null.
std::unique_ptr<ContentDecoder> make_gzip_decoder(OctetRoom* room);
std::unique_ptr<ContentDecoder> make_deflate_decoder(OctetRoom* room);
std::unique_ptr<ContentDecoder> make_brotli_decoder(OctetRoom* room);
std::unique_ptr<ContentDecoder> make_zstd_decoder(size_t most_window, OctetRoom* room);

}  // namespace tcpflow
