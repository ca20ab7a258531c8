// gzip (RFC 1952) and what HTTP calls deflate (RFC 1950, and often RFC 1951).
#include <zlib.h>

#include <algorithm>
#include <array>
#include <climits>
#include <vector>

#include "base/free_memory.h"
#include "scan/http/content_decoder.h"

namespace tcpflow {
namespace {

// Window bits of inflateInit2.
constexpr int kGzip = MAX_WBITS + 16;
constexpr int kZlib = MAX_WBITS;
constexpr int kRaw = -MAX_WBITS;
// The state and the window, which comes with the first output.
constexpr size_t kInflateOctets = size_t{44} << 10;

uInt zlib_size(size_t size) { return static_cast<uInt>(std::min<size_t>(size, UINT_MAX)); }

// A z_stream that is always in a known state.
class Inflater {
 public:
  explicit Inflater(OctetRoom* room) : taken_(room) {}
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
  ~Inflater() {
    if (is_made_) inflateEnd(&zlib_);
  }

  // Before the first run and for the next stream. False: no memory, or no room.
  bool begin(int window_bits) {
    is_at_end_ = false;
    if (is_made_) return inflateReset2(&zlib_, window_bits) == Z_OK;
    is_made_ = taken_.set(kInflateOctets) && inflateInit2(&zlib_, window_bits) == Z_OK;
    return is_made_;
  }

  DecodeStep run(Bytes in, std::span<uint8_t> out) {
    zlib_.next_in = const_cast<Bytef*>(in.data());  // zlib's interface forgot the const
    zlib_.avail_in = zlib_size(in.size());
    zlib_.next_out = out.data();
    zlib_.avail_out = zlib_size(out.size());
    const int code = inflate(&zlib_, Z_NO_FLUSH);
    DecodeStep step;
    step.consumed = zlib_size(in.size()) - zlib_.avail_in;
    step.produced = zlib_size(out.size()) - zlib_.avail_out;
    is_at_end_ = code == Z_STREAM_END;
    const bool is_fine = code == Z_OK || code == Z_BUF_ERROR || is_at_end_;
    if (!is_fine) step.state = DecodeState::corrupt;  // also Z_NEED_DICT and Z_MEM_ERROR
    return step;
  }

  bool is_made() const { return is_made_; }
  // Why begin() failed.
  DecodeState failure() const {
    return taken_.was_refused() ? DecodeState::no_room : DecodeState::corrupt;
  }
  bool is_at_end() const { return is_at_end_; }

 private:
  RoomTaken taken_;
  z_stream zlib_{};
  bool is_made_ = false;
  bool is_at_end_ = false;
};

class GzipDecoder : public ContentDecoder {
 public:
  explicit GzipDecoder(OctetRoom* room) : inflater_(room) {}

  DecodeStep run(Bytes in, std::span<uint8_t> out) override {
    if (place_ == Place::behind) return {in.size(), 0};
    if (place_ == Place::between) return look_for_member(in, out);
    if (!inflater_.is_made() && !inflater_.begin(kGzip)) return {0, 0, inflater_.failure()};
    const DecodeStep step = inflater_.run(in, out);
    if (inflater_.is_at_end()) {
      place_ = Place::between;
      magic_seen_ = 0;
    }
    return step;
  }

  bool is_whole() const override { return place_ != Place::member; }

 private:
  enum class Place : uint8_t {
    member,   // in one; at first, before the first
    between,  // behind one, and perhaps some octets into the magic number of the next
    behind,   // all that comes is ignored
  };
  static constexpr std::array<uint8_t, 3> kMagic = {0x1f, 0x8b, Z_DEFLATED};

  DecodeStep look_for_member(Bytes in, std::span<uint8_t> out) {
    size_t used = 0;
    while (used < in.size() && magic_seen_ < kMagic.size()) {
      if (in[used++] == kMagic[magic_seen_++]) continue;
      place_ = Place::behind;
      return {in.size(), 0};
    }
    if (magic_seen_ < kMagic.size()) return {used, 0};
    place_ = Place::member;
    if (!inflater_.begin(kGzip)) return {used, 0, DecodeState::corrupt};
    return {used, 0, inflater_.run(kMagic, out).state};
  }

  Inflater inflater_;
  Place place_ = Place::member;
  size_t magic_seen_ = 0;
};

// One of 31 pairs of octets passes; a raw stream may well begin so.
bool looks_like_zlib(Bytes head) {
  return (head[0] & 0x0f) == Z_DEFLATED && head[0] >> 4 <= 7 && load_be16(head.data()) % 31 == 0;
}

class DeflateDecoder : public ContentDecoder {
 public:
  explicit DeflateDecoder(OctetRoom* room) : inflater_(room) {}

  DecodeStep run(Bytes in, std::span<uint8_t> out) override {
    switch (place_) {
      case Place::head:
        return begin(in, out);
      case Place::doubt:
        return probe(in, out);
      case Place::replay:
        return replay(in, out);
      case Place::stream:
        return inflate_some(in, out);
      case Place::behind:
        break;
    }
    return {in.size(), 0};
  }

  bool is_whole() const override { return place_ == Place::behind; }

 private:
  enum class Place : uint8_t {
    head,    // before the two octets that may be a zlib header
    doubt,   // they look like one, but nothing came out yet
    replay,  // it is raw deflate: what was kept is read once more
    stream,
    behind,
  };
  static constexpr size_t kHead = 2;
  // The tables of a block take less than 300 octets; nothing comes out before they are over.
  static constexpr size_t kMostKept = 1024;

  DecodeStep begin(Bytes in, std::span<uint8_t> out) {
    const size_t used = std::min(in.size(), kHead - kept_.size());
    keep(in.first(used));
    if (kept_.size() < kHead) return {used, 0};
    if (!looks_like_zlib(kept_)) return restart_raw(in, used, out);
    if (!inflater_.begin(kZlib)) return {used, 0, inflater_.failure()};
    place_ = Place::doubt;
    return {used, 0, inflater_.run(kept_, out).state};
  }

  DecodeStep probe(Bytes in, std::span<uint8_t> out) {
    const Bytes some = in.first(std::min(in.size(), kMostKept - kept_.size()));
    keep(some);
    const DecodeStep step = inflater_.run(some, out);
    // Also if a dictionary is asked for, which nobody has.
    if (step.state != DecodeState::more && step.produced == 0)
      return restart_raw(in, some.size(), out);
    const bool is_sure = step.produced > 0 || inflater_.is_at_end() || kept_.size() == kMostKept;
    if (is_sure) leave_kept();
    return step;
  }

  // All of `kept_` as raw deflate, then `in` behind its first `used`, which were kept.
  DecodeStep restart_raw(Bytes in, size_t used, std::span<uint8_t> out) {
    place_ = Place::replay;
    if (!inflater_.begin(kRaw)) return {used, 0, inflater_.failure()};
    DecodeStep step = replay(in.subspan(used), out);
    step.consumed += used;
    return step;
  }

  DecodeStep replay(Bytes in, std::span<uint8_t> out) {
    const DecodeStep old = inflater_.run(Bytes(kept_).subspan(replayed_), out);
    replayed_ += old.consumed;
    if (old.state != DecodeState::more) return {0, old.produced, old.state};
    const bool is_over = replayed_ == kept_.size() || inflater_.is_at_end();
    if (is_over) leave_kept();
    if (!is_over || old.produced == out.size()) return {0, old.produced};
    DecodeStep step = run(in, out.subspan(old.produced));
    step.produced += old.produced;
    return step;
  }

  DecodeStep inflate_some(Bytes in, std::span<uint8_t> out) {
    const DecodeStep step = inflater_.run(in, out);
    if (inflater_.is_at_end()) place_ = Place::behind;
    return step;
  }

  void keep(Bytes bytes) { kept_.insert(kept_.end(), bytes.begin(), bytes.end()); }
  void leave_kept() {
    free_memory(kept_);
    place_ = inflater_.is_at_end() ? Place::behind : Place::stream;
  }

  Inflater inflater_;
  std::vector<uint8_t> kept_;  // from the first octet on, until it is clear what it is
  size_t replayed_ = 0;
  Place place_ = Place::head;
};

// Servers take the one for the other, so the first octets tell.
class InflateDecoder : public ContentDecoder {
 public:
  InflateDecoder(ContentCoding named, OctetRoom* room) : named_(named), room_(room) {}

  DecodeStep run(Bytes in, std::span<uint8_t> out) override {
    if (decoder_) return decoder_->run(in, out);
    const size_t used = std::min(in.size(), head_.size() - seen_);
    std::copy_n(in.begin(), used, head_.begin() + static_cast<std::ptrdiff_t>(seen_));
    seen_ += used;
    if (seen_ < head_.size()) return {used, 0};
    if (is_gzip()) {
      decoder_ = std::make_unique<GzipDecoder>(room_);
    } else {
      decoder_ = std::make_unique<DeflateDecoder>(room_);
    }
    // Either takes two octets in one step.
    DecodeStep step = decoder_->run(head_, out);
    step.consumed = used;
    return step;
  }

  bool is_whole() const override { return decoder_ && decoder_->is_whole(); }

 private:
  bool is_gzip() const {
    if (head_[0] == 0x1f && head_[1] == 0x8b) return true;
    return named_ == ContentCoding::gzip && !looks_like_zlib(head_);
  }

  ContentCoding named_;
  OctetRoom* room_;
  std::array<uint8_t, 2> head_{};
  size_t seen_ = 0;
  std::unique_ptr<ContentDecoder> decoder_;  // null: until both are there
};

}  // namespace

std::unique_ptr<ContentDecoder> make_gzip_decoder(OctetRoom* room) {
  return std::make_unique<InflateDecoder>(ContentCoding::gzip, room);
}
std::unique_ptr<ContentDecoder> make_deflate_decoder(OctetRoom* room) {
  return std::make_unique<InflateDecoder>(ContentCoding::deflate, room);
}

}  // namespace tcpflow
