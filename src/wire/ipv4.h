// The IPv4 header (RFC 791, 3.1).
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
//   0     0xf0 version (4), 0x0f length of the header in 32-bit words
//   1     type of service
//   2-3   total length, header included
//   4-5   identification: fragments of one datagram share it
//   6-7   0x4000 do not fragment, 0x2000 more fragments, 0x1fff offset in units of 8 octets
//   8     time to live
//   9     protocol of the payload
//   10-11 checksum of the header
//   12-15 source
//   16-19 destination
//   20-   [options], to the end of the header
//
// Another version, a header below 20 octets, and a total length that is not 0 and below that of the
// header are bad_ip_header; a header past the octets is truncated_ip. The checksum is not looked at
// here (see header_checksum()), nor are the options.
class Ipv4View {
 public:
  static constexpr size_t kMinHeader = 20;

  static Result<Ipv4View, Drop> parse(Bytes packet) {
    if (packet.size() < kMinHeader) return Drop::truncated_ip;
    if (packet[0] >> 4 != 4) return Drop::bad_ip_header;
    const Ipv4View view(packet);
    if (view.header_length() < kMinHeader) return Drop::bad_ip_header;
    if (view.header_length() > packet.size()) return Drop::truncated_ip;
    const size_t total = view.total_length();
    if (total != 0 && total < view.header_length()) return Drop::bad_ip_header;
    return view;
  }

  size_t header_length() const { return 4u * (packet_[0] & 0x0f); }
  // With the header; 0 where the sender's card was to fill it in. Not compared with what there is.
  size_t total_length() const { return load_be16(packet_.data() + 2); }
  uint16_t id() const { return load_be16(packet_.data() + 4); }
  bool more_fragments() const { return (packet_[6] & 0x20) != 0; }
  // In octets.
  uint32_t fragment_offset() const { return (load_be16(packet_.data() + 6) & 0x1fffu) * 8; }
  // More fragments, or an offset; "do not fragment" does not matter.
  bool is_fragment() const { return (load_be16(packet_.data() + 6) & 0x3fff) != 0; }
  uint8_t protocol() const { return packet_[9]; }
  IpAddress source() const { return IpAddress::v4(packet_.data() + 12); }
  IpAddress destination() const { return IpAddress::v4(packet_.data() + 16); }

 private:
  explicit Ipv4View(Bytes packet) : packet_(packet) {}

  Bytes packet_;
};

}  // namespace tcpflow
