// Older headers about 802.11 frames: AVS, and the one of Prism cards, which is followed by nothing
// that matters here.
#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "base/drop.h"
#include "base/result.h"

namespace tcpflow {

inline constexpr size_t kPrismHeader = 144;

// Borrows the frame.
class AvsView {
 public:
  static constexpr size_t kMinHeader = 8;

  // Captures that claim Prism headers may have these.
  static bool is_at(Bytes frame) {
    return frame.size() >= kMinHeader && load_be32(frame.data()) >> 4 == kMagic >> 4;
  }

  static Result<AvsView, Drop> parse(Bytes frame) {
    if (frame.size() < kMinHeader) return Drop::truncated_link;
    const AvsView view(frame);
    if (!is_at(frame) || view.header_length() < kMinHeader) return Drop::bad_link;
    if (view.header_length() > frame.size()) return Drop::truncated_link;
    return view;
  }

  size_t header_length() const { return load_be32(frame_.data() + 4); }

 private:
  static constexpr uint32_t kMagic = 0x80211000;  // the last digit is the version

  explicit AvsView(Bytes frame) : frame_(frame) {}

  Bytes frame_;
};

}  // namespace tcpflow
