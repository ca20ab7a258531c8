// Per-packet information: any frame with facts in front of it (the PPI specification, 1.0.10;
// LINKTYPE_PPI).
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
//   1     flags
//   2-3   length of this header with all fields
//   4-7   DLT_ of the frame that follows
//   8-    fields: 0-1 type, 2-3 octets of data behind these four, 4- data; not padded
//
// Another version, or a length below 8 octets, is bad_link; a length past the frame is
// truncated_link.
class PpiView {
 public:
  static constexpr size_t kMinHeader = 8;
  // Bits of radio_flags().
  static constexpr uint16_t kHasFcs = 0x0001;
  static constexpr uint16_t kBadFcs = 0x0004;

  static Result<PpiView, Drop> parse(Bytes frame) {
    if (frame.size() < kMinHeader) return Drop::truncated_link;
    const PpiView view(frame);
    if (frame[0] != 0 || view.header_length() < kMinHeader) return Drop::bad_link;
    if (view.header_length() > frame.size()) return Drop::truncated_link;
    return view;
  }

  size_t header_length() const { return load_le16(frame_.data() + 2); }
  // The DLT_ of what follows.
  uint32_t dlt() const { return load_le32(frame_.data() + 4); }
  // Of the field that all 802.11 frames share (type 2, "802.11-Common"); nothing where there is
  // none, or where a field before it reaches past the header.
  std::optional<uint16_t> radio_flags() const;

 private:
  explicit PpiView(Bytes frame) : frame_(frame) {}

  Bytes frame_;
};

}  // namespace tcpflow
