// Ethernet II and 802.3 frame headers.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/address.h"
#include "base/bytes.h"
#include "base/drop.h"
#include "base/result.h"

namespace tcpflow {

// Borrows the frame. What parse() let through can be read without further checks.
class EthernetView {
 public:
  static constexpr size_t kHeader = 14;

  static Result<EthernetView, Drop> parse(Bytes frame) {
    if (frame.size() < kHeader) return Drop::truncated_link;
    return EthernetView(frame);
  }

  MacAddress destination() const { return MacAddress::from(frame_.data()); }
  MacAddress source() const { return MacAddress::from(frame_.data() + 6); }
  // An ethertype; below ethertype::kMin the length of an LLC frame.
  uint16_t type() const { return load_be16(frame_.data() + 12); }

 private:
  explicit EthernetView(Bytes frame) : frame_(frame) {}

  Bytes frame_;
};

}  // namespace tcpflow
