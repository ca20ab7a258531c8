// IP over Fibre Channel (RFC 2625, 3): a network header of two world-wide names.
#pragma once

#include <cstdint>

#include "base/address.h"
#include "base/bytes.h"
#include "base/drop.h"
#include "base/result.h"

namespace tcpflow {

// Borrows the frame. The low six octets of a name are the MAC address.
class FibreChannelView {
 public:
  static constexpr size_t kHeader = 16;

  static Result<FibreChannelView, Drop> parse(Bytes frame) {
    if (frame.size() < kHeader) return Drop::truncated_link;
    return FibreChannelView(frame);
  }

  MacAddress destination() const { return MacAddress::from(frame_.data() + 2); }
  MacAddress source() const { return MacAddress::from(frame_.data() + 10); }

 private:
  explicit FibreChannelView(Bytes frame) : frame_(frame) {}

  Bytes frame_;
};

}  // namespace tcpflow
