// Older headers about 802.11 frames: AVS (LINKTYPE_IEEE802_11_AVS), and the one of Prism cards
// (LINKTYPE_IEEE802_11_PRISM), of which nothing matters here but its length.
#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "base/drop.h"
#include "base/result.h"

namespace tcpflow {

// A message code and a length of 4 octets each, a device name of 16, and ten items of 12, in the
// byte order of the host that captured. The header does not vary, so its own length is not read.
inline constexpr size_t kPrismHeader = 144;

// Borrows the frame.
//
//   0-3   magic number 0x8021100V, V: version (any is taken)
//   4-7   length of the whole header
//   8-    what the radio said, not read
//
// Another magic number, or a length that does not hold these octets, is bad_link; a length past the
// frame is truncated_link.
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
