// Ethernet II and 802.3 frame headers (IEEE 802.3, 3.2; LINKTYPE_ETHERNET).
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/address.h"
#include "base/bytes.h"
#include "base/drop.h"
#include "base/result.h"

namespace tcpflow {

// Borrows the frame. What parse() let through can be read without further checks. Captures begin
// behind preamble and start delimiter.
//
//   0-5   destination
//   6-11  source
//   12-13 from 0x0600 an ethertype, below it the length of an LLC frame (IEEE 802.3, 3.2.6)
//
// Fewer than 14 octets are truncated_link. An 802.3 length is not compared with what there is: IP
// states its own, and padding to the shortest frame follows it either way.
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
