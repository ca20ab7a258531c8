// FDDI (ISO 9314-2; LINKTYPE_FDDI).
#pragma once

#include <cstdint>

#include "base/address.h"
#include "base/bytes.h"
#include "base/drop.h"
#include "base/result.h"

namespace tcpflow {

// Borrows the frame.
//
//   0     frame control: 0x5_ is an asynchronous frame of LLC; all others are not_ip
//   1-6   destination
//   7-12  source
//   13-   LLC
//
// Fewer than 13 octets are truncated_link. Addresses are given as captured; some hosts hand them
// over with the bits of each octet reversed, which nothing tells.
class FddiView {
 public:
  static constexpr size_t kHeader = 13;

  static Result<FddiView, Drop> parse(Bytes frame) {
    if (frame.size() < kHeader) return Drop::truncated_link;
    if ((frame[0] & kClassMask) != kLlcFrame) return Drop::not_ip;
    return FddiView(frame);
  }

  MacAddress destination() const { return MacAddress::from(frame_.data() + 1); }
  MacAddress source() const { return MacAddress::from(frame_.data() + 7); }

 private:
  static constexpr uint8_t kClassMask = 0xf0;
  static constexpr uint8_t kLlcFrame = 0x50;

  explicit FddiView(Bytes frame) : frame_(frame) {}

  Bytes frame_;
};

}  // namespace tcpflow
