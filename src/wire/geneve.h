// Geneve (RFC 8926, 3.4; UDP port 6081).
#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "base/drop.h"
#include "base/result.h"

namespace tcpflow {

// Borrows the octets from the header on.
//
//   0     version 0xc0 (0), length of the options 0x3f in 32-bit words
//   1     control 0x80, critical options 0x40, reserved; not read
//   2-3   ethertype of what follows; 0x6558: an Ethernet frame
//   4-6   number of the virtual network (VNI)
//   7     reserved
//   8-    [options], skipped as a whole
//
// Another version is bad_tunnel, a length past the octets truncated_tunnel.
class GeneveView {
 public:
  static constexpr size_t kMinHeader = 8;

  static Result<GeneveView, Drop> parse(Bytes packet) {
    if (packet.size() < kMinHeader) return Drop::truncated_tunnel;
    const GeneveView view(packet);
    if (packet[0] >> 6 != 0) return Drop::bad_tunnel;
    if (view.header_length() > packet.size()) return Drop::truncated_tunnel;
    return view;
  }

  // With the options.
  size_t header_length() const { return kMinHeader + 4u * (packet_[0] & 0x3f); }
  // An ethertype.
  uint16_t type() const { return load_be16(packet_.data() + 2); }
  uint32_t network() const { return load_be32(packet_.data() + 4) >> 8; }

 private:
  explicit GeneveView(Bytes packet) : packet_(packet) {}

  Bytes packet_;
};

}  // namespace tcpflow
