// What a radio said of an 802.11 frame: the radiotap header (www.radiotap.org;
// LINKTYPE_IEEE802_11_RADIOTAP).
#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.h"
#include "base/drop.h"
#include "base/result.h"

namespace tcpflow {

// Borrows the frame. All numbers are in little-endian order.
//
//   0     version (0)
//   1     padding
//   2-3   length of the whole header
//   4-7   which fields are there, one bit each; 0x80000000: another such word follows
//   8-    [more such words], then the fields in the order of their bits, each aligned
//         as its numbers are, counted from the start of the header
//
// Another version, or a length below 8 octets, is bad_link; a length past the frame is
// truncated_link.
class RadiotapView {
 public:
  static constexpr size_t kMinHeader = 8;
  // Bits of flags().
  static constexpr uint8_t kHasFcs = 0x10;
  static constexpr uint8_t kIsPadded = 0x20;  // between the 802.11 header and its body
  static constexpr uint8_t kBadFcs = 0x40;

  static Result<RadiotapView, Drop> parse(Bytes frame) {
    if (frame.size() < kMinHeader) return Drop::truncated_link;
    const RadiotapView view(frame);
    if (frame[0] != 0 || view.header_length() < kMinHeader) return Drop::bad_link;
    if (view.header_length() > frame.size()) return Drop::truncated_link;
    return view;
  }

  size_t header_length() const { return load_le16(frame_.data() + 2); }
  // Bit 1 of what is there, one octet. Nothing where the header has no such field, or ends before
  // it.
  std::optional<uint8_t> flags() const;

 private:
  explicit RadiotapView(Bytes frame) : frame_(frame) {}

  Bytes frame_;
};

}  // namespace tcpflow
