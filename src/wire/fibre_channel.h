// IP over Fibre Channel (RFC 2625, 3; LINKTYPE_IP_OVER_FC): a network header of two world-wide
// names.
#pragma once

#include <cstdint>

#include "base/address.h"
#include "base/bytes.h"
#include "base/drop.h"
#include "base/result.h"

namespace tcpflow {

// Borrows the frame, which begins behind the frame header of Fibre Channel. The low six octets of a
// name are the MAC address.
//
//   0-7   destination: two octets that say how the name is made up, then its MAC address
//   8-15  source, alike
//   16-   LLC with SNAP
//
// Fewer than 16 octets are truncated_link.
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
