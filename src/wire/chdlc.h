// Cisco's HDLC framing (RFC 1547, 4.3.1; LINKTYPE_C_HDLC).
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/bytes.h"
#include "base/drop.h"
#include "base/result.h"

namespace tcpflow {

// Borrows the frame.
//
//   0     address: 0x0f unicast, 0x8f broadcast; anything else is bad_link
//   1     control, always 0; not read
//   2-3   ethertype
//
// Fewer than four octets are truncated_link.
class ChdlcView {
 public:
  static constexpr size_t kHeader = 4;
  static constexpr uint8_t kUnicast = 0x0f;
  static constexpr uint8_t kBroadcast = 0x8f;

  static Result<ChdlcView, Drop> parse(Bytes frame) {
    if (frame.size() < kHeader) return Drop::truncated_link;
    if (!is_address(frame[0])) return Drop::bad_link;
    return ChdlcView(frame);
  }

  // Also what tells this framing from PPP where a link type stands for both.
  static bool is_address(uint8_t octet) { return octet == kUnicast || octet == kBroadcast; }
  // An ethertype.
  uint16_t type() const { return load_be16(frame_.data() + 2); }

 private:
  explicit ChdlcView(Bytes frame) : frame_(frame) {}

  Bytes frame_;
};

}  // namespace tcpflow
