#include <zlib.h>

#include <algorithm>
#include <climits>

#include "capture/codec.h"

namespace tcpflow {
namespace {

constexpr int kGzipOnly = 16;  // added to inflate's window bits
constexpr uint8_t kMagic1 = 0x1f;
constexpr uint8_t kMagic2 = 0x8b;

uInt zlib_size(size_t size) { return static_cast<uInt>(std::min<size_t>(size, UINT_MAX)); }

class GzipCodec : public Codec {
 public:
  GzipCodec() = default;
  GzipCodec(const GzipCodec&) = delete;
  GzipCodec& operator=(const GzipCodec&) = delete;
  ~GzipCodec() override { inflateEnd(&zlib_); }

  bool init() { return inflateInit2(&zlib_, MAX_WBITS + kGzipOnly) == Z_OK; }

  Result<CodecStep, Damage> run(Bytes in, std::span<uint8_t> out, bool is_last) override {
    const size_t padding = is_between_members_ ? count_zeros(in) : 0;
    const Bytes rest = in.subspan(padding);
    if (is_between_members_ && (rest.empty() || !may_be_member(rest))) {
      return CodecStep{padding, 0, !rest.empty() || is_last};
    }
    if (is_between_members_) inflateReset(&zlib_);
    is_between_members_ = false;
    Result<CodecStep, Damage> step = inflate_some(rest, out);
    if (step) step->consumed += padding;
    return step;
  }

 private:
  // Between members zeros may stand, which pad to a block of some medium.
  static size_t count_zeros(Bytes in) {
    const auto end = std::find_if(in.begin(), in.end(), [](uint8_t byte) { return byte != 0; });
    return static_cast<size_t>(end - in.begin());
  }

  static bool may_be_member(Bytes rest) {
    return rest[0] == kMagic1 && (rest.size() < 2 || rest[1] == kMagic2);
  }

  Result<CodecStep, Damage> inflate_some(Bytes in, std::span<uint8_t> out) {
    zlib_.next_in = const_cast<Bytef*>(in.data());  // zlib's interface forgot the const
    zlib_.avail_in = zlib_size(in.size());
    zlib_.next_out = out.data();
    zlib_.avail_out = zlib_size(out.size());
    const int code = inflate(&zlib_, Z_NO_FLUSH);
    CodecStep step;
    step.consumed = zlib_size(in.size()) - zlib_.avail_in;
    step.produced = zlib_size(out.size()) - zlib_.avail_out;
    is_between_members_ = code == Z_STREAM_END;
    const bool is_fine = code == Z_OK || code == Z_STREAM_END || code == Z_BUF_ERROR;
    // What came out before the damage is handed out first; the next call meets the damage again.
    if (is_fine || step.produced > 0) return step;
    return Damage{zlib_.msg ? zlib_.msg : "gzip data error"};
  }

  z_stream zlib_{};
  bool is_between_members_ = false;
};

}  // namespace

std::unique_ptr<Codec> make_gzip_codec() {
  std::unique_ptr<GzipCodec> codec = std::make_unique<GzipCodec>();
  if (!codec->init()) return nullptr;
  return codec;
}

}  // namespace tcpflow
