// FDDI (ISO 9314-2).
#pragma once

#include <cstdint>

#include "base/address.h"
#include "base/bytes.h"
#include "base/drop.h"
#include "base/result.h"

namespace tcpflow {

// Borrows the frame.
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
