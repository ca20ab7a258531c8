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
    switch (place_) {
      case Place::member:
        return inflate_some(in, out);
      case Place::between:
        return look_for_member(in, is_last);
      case Place::magic:
        return begin_member(in, out);
    }
    return CodecStep{};
  }

 private:
  enum class Place : uint8_t {
    member,   // in one; at first, before the first
    between,  // behind one
    magic,    // behind one and the first octet of what may be the next
  };

  // Between members zeros may stand, which pad to a block of some medium.
  static size_t count_zeros(Bytes in) {
    const auto end = std::find_if(in.begin(), in.end(), [](uint8_t byte) { return byte != 0; });
    return static_cast<size_t>(end - in.begin());
  }

  CodecStep look_for_member(Bytes in, bool is_last) {
    const size_t padding = count_zeros(in);
    const Bytes rest = in.subspan(padding);
    if (rest.empty()) return {padding, 0, is_last};
    if (rest[0] != kMagic1) return {padding, 0, true};
    place_ = Place::magic;
    return {padding + 1, 0, false};
  }

  // Behind the first octet of the magic number, which may be all that one piece of input had.
  Result<CodecStep, Damage> begin_member(Bytes in, std::span<uint8_t> out) {
    if (in.empty()) return CodecStep{};
    if (in[0] != kMagic2) return CodecStep{0, 0, true, 1};
    inflateReset(&zlib_);
    place_ = Place::member;
    const Result<CodecStep, Damage> first = inflate_some(Bytes(&kMagic1, 1), out);
    return first ? inflate_some(in, out) : first;
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
    if (code == Z_STREAM_END) place_ = Place::between;
    const bool is_fine = code == Z_OK || code == Z_STREAM_END || code == Z_BUF_ERROR;
    // What came out before the damage is handed out first; the next call meets the damage again.
    if (is_fine || step.produced > 0) return step;
    return Damage{zlib_.msg ? zlib_.msg : "gzip data error"};
  }

  z_stream zlib_{};
  Place place_ = Place::member;
};

}  // namespace

std::unique_ptr<Codec> make_gzip_codec() {
  std::unique_ptr<GzipCodec> codec = std::make_unique<GzipCodec>();
  if (!codec->init()) return nullptr;
  return codec;
}

}  // namespace tcpflow
