// The tag of a service instance in a provider's backbone (IEEE 802.1ah; 802.1Q, 9.7). The
// customer's frame follows it.
#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "base/drop.h"
#include "base/result.h"

namespace tcpflow {

// Borrows the octets behind the tag's ethertype.
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
