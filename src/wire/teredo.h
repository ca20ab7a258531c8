// What Teredo puts in front of an IPv6 packet (RFC 4380, 5.1.1).
#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "base/drop.h"
#include "base/result.h"

namespace tcpflow {

// Reads the indications, either of which may be missing, and keeps their length; borrows nothing.
// First the authentication:
//
//   0-1   0x0001
//   2     octets of the client id
//   3     octets of the authentication value
//   4-    [client id], [authentication value], nonce (8 octets), confirmation (1 octet)
//
// then the origin:
//
//   0-1   0x0000
//   2-3   port, complemented
//   4-7   IPv4 address, complemented
//
// An IPv6 packet begins with neither, as its first four bits are 6. An indication past the octets
// is truncated_tunnel.
class TeredoView {
 public:
  static Result<TeredoView, Drop> parse(Bytes packet) {
    size_t at = 0;
    if (starts_with(packet, kAuthentication)) {
      if (packet.size() < kFixed) return Drop::truncated_tunnel;
      at = kFixed + packet[2] + packet[3] + kNonceAndConfirmation;
      if (packet.size() < at) return Drop::truncated_tunnel;
    }
    if (starts_with(packet.subspan(at), kOrigin)) at += kOriginLength;
    if (packet.size() < at) return Drop::truncated_tunnel;
    return TeredoView(at);
  }

  size_t header_length() const { return header_length_; }

 private:
  static constexpr uint16_t kOrigin = 0x0000;
  static constexpr uint16_t kAuthentication = 0x0001;
  static constexpr size_t kFixed = 4;
  static constexpr size_t kNonceAndConfirmation = 9;
  static constexpr size_t kOriginLength = 8;

  explicit TeredoView(size_t length) : header_length_(length) {}
  static bool starts_with(Bytes packet, uint16_t indicator) {
    return packet.size() >= 2 && load_be16(packet.data()) == indicator;
  }

  size_t header_length_;
};

}  // namespace tcpflow
