// The tag of a service instance in a provider's backbone (I-TAG; IEEE 802.1ah, now 802.1Q, 9.7).
// The customer's frame follows it.
#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "base/drop.h"
#include "base/result.h"

namespace tcpflow {

// Borrows the octets behind the tag's ethertype (0x88e7).
//
//   0     priority 0xe0, drop eligible 0x10, use customer addresses 0x08, reserved; not read
//   1-3   I-SID: the number of the service instance, 24 bits
//   4-    the customer's frame, from its destination address on
//
// Fewer than four octets are truncated_link.
class BackboneView {
 public:
  static constexpr size_t kHeader = 4;

  static Result<BackboneView, Drop> parse(Bytes tag) {
    if (tag.size() < kHeader) return Drop::truncated_link;
    return BackboneView(tag);
  }

  // I-SID
  uint32_t service() const { return load_be32(tag_.data()) & 0x00ffffff; }

 private:
  explicit BackboneView(Bytes tag) : tag_(tag) {}

  Bytes tag_;
};

}  // namespace tcpflow
