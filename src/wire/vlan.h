// One VLAN tag, without its ethertype: that is the type field of the header before it.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/bytes.h"
#include "base/drop.h"
#include "base/result.h"
#include "wire/ethertype.h"

namespace tcpflow {

inline bool is_vlan_type(uint16_t type) {
  return type == ethertype::kVlan || type == ethertype::kServiceVlan ||
         type == ethertype::kOldServiceVlan;
}

// Borrows the octets behind the tag's ethertype (IEEE 802.1Q, 9.6).
class VlanView {
 public:
  static constexpr size_t kHeader = 4;

  static Result<VlanView, Drop> parse(Bytes tag) {
    if (tag.size() < kHeader) return Drop::truncated_link;
    return VlanView(tag);
  }

  // The VLAN id, without priority and drop eligibility; 0 for a tag of priority only.
  uint16_t id() const { return load_be16(tag_.data()) & 0x0fff; }
  // Of what follows, as EthernetView::type().
  uint16_t type() const { return load_be16(tag_.data() + 2); }

 private:
  explicit VlanView(Bytes tag) : tag_(tag) {}

  Bytes tag_;
};

}  // namespace tcpflow
