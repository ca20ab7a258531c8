// brotli (RFC 7932).
#include <brotli/decode.h>

#include <algorithm>

#include "scan/http/content_decoder.h"

namespace tcpflow {
namespace {

// What the library decoded in the very call that meets damage is lost, so it gets little at a time.
// Far less would slow it down: with single octets to a fifth.
constexpr size_t kPortion = 256;

struct BrotliDeleter {
  void operator()(BrotliDecoderState* state) const { BrotliDecoderDestroyInstance(state); }
};

class BrotliDecoder : public ContentDecoder {
 public:
  DecodeStep run(Bytes in, std::span<uint8_t> out) override {
    if (is_at_end_) return {in.size(), 0};
    if (!brotli_) brotli_.reset(BrotliDecoderCreateInstance(nullptr, nullptr, nullptr));
    if (!brotli_) return {0, 0, DecodeState::corrupt};
    const size_t portion = std::min(in.size(), kPortion);
    size_t left = portion;
    size_t room = out.size();
    const uint8_t* next_in = in.data();
    uint8_t* next_out = out.data();
    const BrotliDecoderResult result =
        BrotliDecoderDecompressStream(brotli_.get(), &left, &next_in, &room, &next_out, nullptr);
    is_at_end_ = result == BROTLI_DECODER_RESULT_SUCCESS;
    const bool is_corrupt = result == BROTLI_DECODER_RESULT_ERROR;  // also without memory
    return {portion - left, out.size() - room,
            is_corrupt ? DecodeState::corrupt : DecodeState::more};
  }

  bool is_whole() const override { return is_at_end_; }

 private:
  std::unique_ptr<BrotliDecoderState, BrotliDeleter> brotli_;
  bool is_at_end_ = false;
};

}  // namespace

std::unique_ptr<ContentDecoder> make_brotli_decoder() { return std::make_unique<BrotliDecoder>(); }

}  // namespace tcpflow
