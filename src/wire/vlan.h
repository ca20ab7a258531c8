// One VLAN tag, without its ethertype: that is the type field of the header before it.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/bytes.h"
#include "base/drop.h"
#include "base/result.h"
#include "wire/ethertype.h"

namespace tcpflow {

// The types of tags of customers and of providers; 0x9100 is what the latter had before 802.1ad.
inline bool is_vlan_type(uint16_t type) {
  return type == ethertype::kVlan || type == ethertype::kServiceVlan ||
         type == ethertype::kOldServiceVlan;
}

// Borrows the octets behind the tag's ethertype (IEEE 802.1Q, 9.6).
//
//   0-1   0xe000 priority, 0x1000 drop eligible, 0x0fff VLAN id
//   2-3   ethertype, or an 802.3 length, of what follows
//
// Fewer than four octets are truncated_link.
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
