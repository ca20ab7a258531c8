// The header that Juniper's routers put in front of what they capture (LINKTYPE_JUNIPER_...). There
// is no public document: this is Juniper's header as captured, by Wireshark's field names
// juniper.magic-number, juniper.l2hdr and juniper.ext_total_len.
#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "base/drop.h"
#include "base/result.h"

namespace tcpflow {

// Borrows the frame.
//
//   0-2   magic number 0x4d4743, "MGC"
//   3     flags: 0x80 extensions follow, 0x02 no link header, 0x01 direction
//   4-5   [octets of the extensions behind this field]
//   6-    [extensions], skipped as a whole
//
// Another magic number is bad_link; what is shorter than the header says is truncated_link.
class JuniperView {
 public:
  static Result<JuniperView, Drop> parse(Bytes frame) {
    if (frame.size() < kMinHeader) return Drop::truncated_link;
    const JuniperView view(frame);
    if (load_be32(frame.data()) >> 8 != kMagic) return Drop::bad_link;
    if (view.has_extension() && frame.size() < kMinHeader + 2) return Drop::truncated_link;
    if (view.header_length() > frame.size()) return Drop::truncated_link;
    return view;
  }

  size_t header_length() const {
    if (!has_extension()) return kMinHeader;
    return kMinHeader + 2 + load_be16(frame_.data() + kMinHeader);
  }
  // The address family of what follows, four octets, stands in the place of a link header.
  bool has_family_only() const { return (frame_[3] & kWithoutLink) != 0; }

 private:
  static constexpr size_t kMinHeader = 4;
  static constexpr uint32_t kMagic = 0x4d4743;
  static constexpr uint8_t kWithoutLink = 0x02;
  static constexpr uint8_t kExtension = 0x80;

  explicit JuniperView(Bytes frame) : frame_(frame) {}
  bool has_extension() const { return (frame_[3] & kExtension) != 0; }

  Bytes frame_;
};

}  // namespace tcpflow
