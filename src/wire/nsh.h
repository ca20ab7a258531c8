// The network service header (RFC 8300, 2).
#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "base/drop.h"
#include "base/result.h"

namespace tcpflow {

// Borrows the octets from the header on.
//
//   0     0xc0 version (0), 0x20 operations and maintenance, 0x0f upper bits of the time to live
//   1     0xc0 lower bits of it, 0x3f length of the whole header in 32-bit words
//   2     0x0f kind of the metadata
//   3     protocol of what follows
//   4-7   number of the path (24 bits), index on it
//   8-    [metadata], skipped as a whole
//
// Another version, or a length below 8 octets, is bad_tunnel; a length past the octets is
// truncated_tunnel.
class NshView {
 public:
  static constexpr size_t kMinHeader = 8;
  // Values of next_protocol().
  static constexpr uint8_t kIpv4 = 1;
  static constexpr uint8_t kIpv6 = 2;
  static constexpr uint8_t kEthernet = 3;
  static constexpr uint8_t kNsh = 4;
  static constexpr uint8_t kMpls = 5;

  static Result<NshView, Drop> parse(Bytes packet) {
    if (packet.size() < kMinHeader) return Drop::truncated_tunnel;
    const NshView view(packet);
    if (packet[0] >> 6 != 0 || view.header_length() < kMinHeader) return Drop::bad_tunnel;
    if (view.header_length() > packet.size()) return Drop::truncated_tunnel;
    return view;
  }

  size_t header_length() const { return 4u * (packet_[1] & 0x3f); }
  uint8_t next_protocol() const { return packet_[3]; }

 private:
  explicit NshView(Bytes packet) : packet_(packet) {}

  Bytes packet_;
};

}  // namespace tcpflow
