// An IP packet of either family, read once.
#pragma once

#include <cstdint>

#include "base/address.h"
#include "base/drop.h"
#include "decode/wire_bytes.h"

namespace tcpflow {

// Where a fragment belongs.
struct FragmentPosition {
  uint32_t id = 0;
  uint32_t offset = 0;  // in octets
  bool more = false;    // others follow it
};

// Plain values but for the payload, which is borrowed.
struct IpPacket {
  IpAddress source;
  IpAddress destination;
  uint8_t protocol = 0;      // of `payload`
  bool is_fragment = false;  // `payload` is only a part, at `fragment`
  FragmentPosition fragment;
  WireBytes payload;  // what IP says it carries, so neither padding nor trailers
  // False where the checksum of the payload covers what is not known here: a length that the card
  // was to fill in, or the final destination of a routing header.
  bool has_known_sum = true;
};

// Reads the header at the start of `ip`. `trailer`: octets at the end that are known not to be IP,
// used only where the header does not state a length. Fills `packet`, which is fresh, in place as
// strip_link() does.
Drop read_ip(const WireBytes& ip, size_t trailer, IpPacket& packet);

// Takes extension headers (IPv6) and AH (both) off the payload, up to what is none, or to a
// fragment, which is then marked as one. The packet is of no use after a reason other than none.
Drop skip_extensions(IpPacket& packet);

}  // namespace tcpflow
