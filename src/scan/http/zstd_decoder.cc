// zstd (RFC 8878). The library is led along headers and blocks, which are read here only for where
// they end: what it decoded in the very call that meets damage would be lost, and a frame that it
// got in one piece it would decode whatever its window.
#include <zstd.h>

#include <algorithm>
#include <array>
#include <bit>

#include "scan/http/content_decoder.h"

namespace tcpflow {
namespace {

struct ZstdDeleter {
  void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};

constexpr uint32_t kSkippableMagic = 0x184d2a50;  // the last four bits say anything
constexpr uint32_t kSkippableMask = 0xfffffff0;
constexpr size_t kMagic = 4;
constexpr size_t kSkippableHead = 8;
constexpr size_t kMostHead = 18;
constexpr size_t kBlockHead = 3;
constexpr size_t kChecksum = 4;
// Of the library, beside the window: before the first frame, and for buffers of the frame.
constexpr size_t kContextOctets = size_t{100} << 10;
constexpr size_t kBufferOctets = size_t{512} << 10;

// RFC 8878, 3.1.1.1. Good once kMagic + 1 octets are there; the rest once all of size() are.
class FrameHead {
 public:
  explicit FrameHead(const uint8_t* octets) : octets_(octets) {}

  size_t size() const { return content_size_at() + content_size_octets(); }
  bool has_checksum() const { return (descriptor() & 0x04) != 0; }
  // Of all that comes out; without a bound if the header does not say it.
  uint64_t content_size() const {
    const uint8_t* at = octets_ + content_size_at();
    switch (content_size_octets()) {
      case 1:
        return at[0];
      case 2:
        return load_le16(at) + uint64_t{256};
      case 4:
        return load_le32(at);
      case 8:
        return load_le64(at);
      default:
        return UINT64_MAX;
    }
  }
  uint64_t window() const {
    if (is_single_segment()) return content_size();
    const uint8_t code = octets_[kMagic + 1];
    const uint64_t base = uint64_t{1} << (10 + (code >> 3));
    return base + base / 8 * (code & 7);
  }

 private:
  static constexpr std::array<size_t, 4> kDictionaryOctets = {0, 1, 2, 4};

  uint8_t descriptor() const { return octets_[kMagic]; }
  bool is_single_segment() const { return (descriptor() & 0x20) != 0; }
  size_t content_size_at() const {
    const size_t window_octets = is_single_segment() ? 0 : 1;
    return kMagic + 1 + window_octets + kDictionaryOctets[descriptor() & 3];
  }
  size_t content_size_octets() const {
    const size_t code = descriptor() >> 6;
    if (code == 0) return is_single_segment() ? 1 : 0;
    return size_t{1} << code;
  }

  const uint8_t* octets_;
};

class ZstdDecoder : public ContentDecoder {
 public:
  ZstdDecoder(size_t most_window, OctetRoom* room) : taken_(room), most_window_(most_window) {}

  DecodeStep run(Bytes in, std::span<uint8_t> out) override {
    switch (place_) {
      case Place::head:
        return gather_head(in, out);
      case Place::skippable:
        return skip(in);
      case Place::frame:
        return decode(in, out);
      case Place::behind:
        break;
    }
    return {in.size(), 0};
  }

  // Less than a magic number behind a whole frame is no frame.
  bool is_whole() const override {
    return place_ == Place::behind || (place_ == Place::head && saw_frame_ && head_size_ < kMagic);
  }

 private:
  enum class Place : uint8_t { head, skippable, frame, behind };
  enum class Part : uint8_t { block_head, block, checksum, over };

  // Of a frame's first octets, as far as they are there.
  bool is_magic_so_far() const {
    const size_t count = std::min(head_size_, kMagic);
    const uint32_t known = load_le32(head_.data());  // zeros behind head_size_
    const uint32_t mask = count == kMagic ? UINT32_MAX : (uint32_t{1} << (8 * count)) - 1;
    if (known == (ZSTD_MAGICNUMBER & mask)) return true;
    return (known & kSkippableMask) == (kSkippableMagic & mask & kSkippableMask);
  }
  bool is_skippable() const {
    return (load_le32(head_.data()) & kSkippableMask) == kSkippableMagic;
  }
  size_t head_needed() const {
    if (head_size_ <= kMagic) return kMagic + 1;
    return is_skippable() ? kSkippableHead : FrameHead(head_.data()).size();
  }

  DecodeStep gather_head(Bytes in, std::span<uint8_t> out) {
    size_t used = 0;
    while (used < in.size() && head_size_ < head_needed()) {
      head_[head_size_++] = in[used++];
      if (is_magic_so_far()) continue;
      place_ = Place::behind;
      if (!saw_frame_) return {used, 0, DecodeState::corrupt};
      return {in.size(), 0};
    }
    if (head_size_ < head_needed()) return {used, 0};
    if (!is_skippable()) return {used, 0, begin_frame(out)};
    skippable_left_ = load_le32(head_.data() + kMagic);
    if (skippable_left_ == 0)
      end_frame();
    else
      place_ = Place::skippable;
    return {used, 0};
  }

  DecodeStep skip(Bytes in) {
    const size_t used = std::min<size_t>(in.size(), skippable_left_);
    skippable_left_ -= static_cast<uint32_t>(used);
    if (skippable_left_ == 0) end_frame();
    return {used, 0};
  }

  DecodeState begin_frame(std::span<uint8_t> out) {
    const FrameHead head(head_.data());
    if (head.window() > most_window_) return DecodeState::too_large;
    // From one frame to the next the library may keep what it has.
    const size_t octets = static_cast<size_t>(head.window()) + kContextOctets + kBufferOctets;
    if (octets > taken_.octets() && !taken_.set(octets)) return DecodeState::no_room;
    if (!prepare()) return DecodeState::corrupt;
    place_ = Place::frame;
    has_checksum_ = head.has_checksum();
    content_left_ = head.content_size();
    begin_part(Part::block_head, kBlockHead);
    const DecodeStep step = call(Bytes(head_).first(head_size_), out);
    if (step.consumed != head_size_ || step.produced != 0) return DecodeState::corrupt;
    return step.state;
  }

  bool prepare() {
    is_flushing_ = false;
    is_complete_ = false;
    if (zstd_) return ZSTD_isError(ZSTD_DCtx_reset(zstd_.get(), ZSTD_reset_session_only)) == 0;
    zstd_.reset(ZSTD_createDCtx());
    if (!zstd_) return false;
    // A second fence, coarser than begin_frame(): the library rounds up to a power of two.
    const int most_log = std::clamp(static_cast<int>(std::bit_width(most_window_ - 1)), 10, 30);
    return ZSTD_isError(ZSTD_DCtx_setParameter(zstd_.get(), ZSTD_d_windowLogMax, most_log)) == 0;
  }

  void end_frame() {
    place_ = Place::head;
    head_ = {};
    head_size_ = 0;
    saw_frame_ = true;
  }

  void begin_part(Part part, size_t size) {
    part_ = part;
    part_left_ = size;
    if (part == Part::block_head) block_head_ = 0;
  }

  // A call never crosses the end of a part, nor gets input while output waits.
  DecodeStep decode(Bytes in, std::span<uint8_t> out) {
    size_t flushed = 0;
    if (is_flushing_) {
      const DecodeStep rest = call({}, out);
      if (rest.state != DecodeState::more || is_flushing_) return rest;
      flushed = rest.produced;
    }
    DecodeStep step;
    if (part_ != Part::over && !in.empty())
      step = feed(in.first(portion(in.size())), out.subspan(flushed));
    step.produced += flushed;
    if (step.state != DecodeState::more) return step;
    const bool is_over = part_ == Part::over;
    if (is_over && is_complete_)
      end_frame();
    else if (is_complete_ || (is_over && !is_flushing_))
      step.state = DecodeState::corrupt;
    return step;
  }

  size_t portion(size_t available) const {
    // The last octet of a raw block comes alone: those before it are handed out as they come, but
    // not in a call that fails, and with the last one it may turn out that they were too many.
    const bool is_raw = part_ == Part::block && is_raw_;
    const size_t most = is_raw && part_left_ > 1 ? part_left_ - 1 : part_left_;
    return std::min(available, most);
  }

  DecodeStep feed(Bytes in, std::span<uint8_t> out) {
    const DecodeStep step = call(in, out);
    if (step.state != DecodeState::more) return step;
    if (part_ == Part::block_head) {
      for (size_t i = 0; i < step.consumed; ++i)
        block_head_ |= uint32_t{in[i]} << (8 * (kBlockHead - part_left_ + i));
    }
    part_left_ -= step.consumed;
    if (part_left_ == 0) begin_next_part();
    // The library hands out some of such a block, depending on the pieces.
    const bool is_too_long = part_ == Part::block && is_raw_ && part_left_ > content_left_;
    return {step.consumed, step.produced, is_too_long ? DecodeState::corrupt : DecodeState::more};
  }

  // RFC 8878, 3.1.1.2.
  void begin_next_part() {
    constexpr uint32_t kRaw = 0;
    constexpr uint32_t kRunLength = 1;
    if (part_ == Part::block_head) {
      const uint32_t type = block_head_ >> 1 & 3;
      const size_t size = type == kRunLength ? 1 : block_head_ >> 3;
      is_raw_ = type == kRaw;
      if (size > 0) return begin_part(Part::block, size);
    }
    const bool is_last = (block_head_ & 1) != 0;
    if (part_ != Part::checksum && !is_last) return begin_part(Part::block_head, kBlockHead);
    if (part_ != Part::checksum && has_checksum_) return begin_part(Part::checksum, kChecksum);
    part_ = Part::over;
  }

  DecodeStep call(Bytes in, std::span<uint8_t> out) {
    ZSTD_inBuffer from{in.data(), in.size(), 0};
    ZSTD_outBuffer to{out.data(), out.size(), 0};
    const size_t result = ZSTD_decompressStream(zstd_.get(), &to, &from);
    if (ZSTD_isError(result) != 0) return {from.pos, 0, DecodeState::corrupt};
    is_complete_ = result == 0;
    content_left_ -= std::min<uint64_t>(content_left_, to.pos);
    is_flushing_ = to.pos == to.size && !is_complete_;
    return {from.pos, to.pos};
  }

  RoomTaken taken_;
  std::unique_ptr<ZSTD_DCtx, ZstdDeleter> zstd_;
  size_t most_window_;
  std::array<uint8_t, kMostHead> head_{};
  size_t head_size_ = 0;
  size_t part_left_ = 0;
  uint64_t content_left_ = 0;  // of the frame, as its header says
  uint32_t skippable_left_ = 0;
  uint32_t block_head_ = 0;
  Place place_ = Place::head;
  Part part_ = Part::block_head;
  bool has_checksum_ = false;
  bool is_raw_ = false;
  bool is_flushing_ = false;  // `out` was full, so there may be more
  bool is_complete_ = false;  // the library has seen the frame's end and handed out everything
  bool saw_frame_ = false;
};

}  // namespace

std::unique_ptr<ContentDecoder> make_zstd_decoder(size_t most_window, OctetRoom* room) {
  return std::make_unique<ZstdDecoder>(most_window, room);
}

}  // namespace tcpflow
