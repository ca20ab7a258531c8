#include <lzma.h>

#include "capture/codec.h"

namespace tcpflow {
namespace {

std::string text_of(lzma_ret code) {
  switch (code) {
    case LZMA_MEMLIMIT_ERROR:
      return "its dictionary takes more memory than the limit of " +
             std::to_string(kLzmaMemoryLimit >> 20) + " MiB";
    case LZMA_MEM_ERROR:
      return "out of memory";
    case LZMA_FORMAT_ERROR:
      return "not the format that its first bytes promise";
    case LZMA_OPTIONS_ERROR:
      return "made with options that are not supported";
    default:
      return "corrupt data";
  }
}

class LzmaCodec : public Codec {
 public:
  LzmaCodec() = default;
  LzmaCodec(const LzmaCodec&) = delete;
  LzmaCodec& operator=(const LzmaCodec&) = delete;
  ~LzmaCodec() override { lzma_end(&lzma_); }

  bool init_xz() {
    return lzma_stream_decoder(&lzma_, kLzmaMemoryLimit, LZMA_CONCATENATED) == LZMA_OK;
  }
  bool init_alone() { return lzma_alone_decoder(&lzma_, kLzmaMemoryLimit) == LZMA_OK; }

  Result<CodecStep, Damage> run(Bytes in, std::span<uint8_t> out, bool is_last) override {
    if (failed_ != LZMA_OK) return Damage{text_of(failed_)};
    lzma_.next_in = in.data();
    lzma_.avail_in = in.size();
    lzma_.next_out = out.data();
    lzma_.avail_out = out.size();
    const lzma_ret code = lzma_code(&lzma_, is_last ? LZMA_FINISH : LZMA_RUN);
    CodecStep step;
    step.consumed = in.size() - lzma_.avail_in;
    step.produced = out.size() - lzma_.avail_out;
    step.is_finished = code == LZMA_STREAM_END;
    if (step.is_finished || code == LZMA_OK || code == LZMA_BUF_ERROR) return step;
    // What came out before the damage is handed out first.
    failed_ = code;
    if (step.produced > 0) return step;
    return Damage{text_of(code)};
  }

 private:
  lzma_stream lzma_ = LZMA_STREAM_INIT;
  lzma_ret failed_ = LZMA_OK;
};

}  // namespace

std::unique_ptr<Codec> make_xz_codec() {
  std::unique_ptr<LzmaCodec> codec = std::make_unique<LzmaCodec>();
  if (!codec->init_xz()) return nullptr;
  return codec;
}

std::unique_ptr<Codec> make_lzma_codec() {
  std::unique_ptr<LzmaCodec> codec = std::make_unique<LzmaCodec>();
  if (!codec->init_alone()) return nullptr;
  return codec;
}

}  // namespace tcpflow
