// The IPv6 header (RFC 8200, 3).
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/address.h"
#include "base/bytes.h"
#include "base/drop.h"
#include "base/result.h"

namespace tcpflow {

// Borrows the packet from its header on, with whatever follows it.
//
//   0-3   0xf0 of octet 0: version (6); traffic class and flow label, not read
//   4-5   length of the payload, this header not counted
//   6     next header: the first extension, or the protocol of the payload
//   7     hop limit
//   8-23  source
//   24-39 destination
//
// Another version is bad_ip_header, fewer than 40 octets are truncated_ip.
class Ipv6View {
 public:
  static constexpr size_t kHeader = 40;

  static Result<Ipv6View, Drop> parse(Bytes packet) {
    if (packet.size() < kHeader) return Drop::truncated_ip;
    if (packet[0] >> 4 != 6) return Drop::bad_ip_header;
    return Ipv6View(packet);
  }

  // Without this header, extension headers included; 0 for jumbograms and where the sender's card
  // was to fill it in. Not compared with what there is.
  size_t payload_length() const { return load_be16(packet_.data() + 4); }
  uint8_t next_header() const { return packet_[6]; }
  IpAddress source() const { return IpAddress::v6(packet_.data() + 8); }
  IpAddress destination() const { return IpAddress::v6(packet_.data() + 24); }
  Bytes after_header() const { return packet_.subspan(kHeader); }

 private:
  explicit Ipv6View(Bytes packet) : packet_(packet) {}

  Bytes packet_;
};

}  // namespace tcpflow
