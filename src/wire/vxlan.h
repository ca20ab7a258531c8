// VXLAN (RFC 7348) and its extension for other payloads than Ethernet, VXLAN-GPE
// (draft-ietf-nvo3-vxlan-gpe).
#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "base/drop.h"
#include "base/result.h"

namespace tcpflow {

// Borrows the octets from the header on.
//
//   0     0x08 the network is valid, 0x04 GPE: octet 3 is valid; other bits are not read
//   1-2   reserved
//   3     GPE: protocol of what follows
//   4-6   number of the virtual network (VNI)
//   7     reserved
//
// A header without a network is bad_tunnel (RFC 7348, 5: the flag must be set); fewer than 8 octets
// are truncated_tunnel.
class VxlanView {
 public:
  static constexpr size_t kHeader = 8;
  static constexpr uint8_t kEthernet = 3;

  static Result<VxlanView, Drop> parse(Bytes packet) {
    if (packet.size() < kHeader) return Drop::truncated_tunnel;
    if ((packet[0] & kHasNetwork) == 0) return Drop::bad_tunnel;
    return VxlanView(packet);
  }

  uint32_t network() const { return load_be32(packet_.data() + 4) >> 8; }
  // VXLAN-GPE: what follows, numbered as in NSH; Ethernet where the header does not say.
  uint8_t next_protocol() const {
    return (packet_[0] & kHasNextProtocol) != 0 ? packet_[3] : kEthernet;
  }

 private:
  static constexpr uint8_t kHasNetwork = 0x08;
  static constexpr uint8_t kHasNextProtocol = 0x04;

  explicit VxlanView(Bytes packet) : packet_(packet) {}

  Bytes packet_;
};

}  // namespace tcpflow
