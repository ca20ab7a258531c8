// PPP over Ethernet (RFC 2516, 4; LINKTYPE_PPP_ETHER).
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/bytes.h"
#include "base/drop.h"
#include "base/result.h"

namespace tcpflow {

// Borrows the octets from the header on.
//
//   0     0xf0 version (1), 0x0f type (1)
//   1     code: 0 for a session, others for discovery
//   2-3   session
//   4-5   octets of PPP behind this header
//   6-    PPP, from its protocol field on
//
// Another version or type is bad_link, fewer than six octets are truncated_link. The length is not
// compared with what there is.
class PppoeView {
 public:
  static constexpr size_t kHeader = 6;

  static Result<PppoeView, Drop> parse(Bytes frame) {
    if (frame.size() < kHeader) return Drop::truncated_link;
    if (frame[0] != kVersionAndType) return Drop::bad_link;
    return PppoeView(frame);
  }

  // False: discovery, which carries no PPP.
  bool is_session() const { return frame_[1] == 0; }
  // Octets of PPP behind the header.
  size_t length() const { return load_be16(frame_.data() + 4); }

 private:
  static constexpr uint8_t kVersionAndType = 0x11;

  explicit PppoeView(Bytes frame) : frame_(frame) {}

  Bytes frame_;
};

}  // namespace tcpflow
