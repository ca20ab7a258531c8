// PPP framing (RFC 1661, 2; RFC 1662, 3) with either field left out as its ends agreed.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/bytes.h"
#include "base/drop.h"
#include "base/result.h"

namespace tcpflow {

namespace ppp_protocol {
inline constexpr uint16_t kIpv4 = 0x0021;
inline constexpr uint16_t kEncrypted = 0x0053;  // RFC 1968
inline constexpr uint16_t kLinkEncrypted = 0x0055;
inline constexpr uint16_t kIpv6 = 0x0057;
inline constexpr uint16_t kMpls = 0x0281;
inline constexpr uint16_t kMplsMulticast = 0x0283;
}  // namespace ppp_protocol

// Reads the frame from its address field or, where there is none, its protocol field on. Keeps the
// protocol; borrows nothing.
//
//         [2 octets: address 0xff, control 0x03 (RFC 1662, 3.1)]
//         protocol: 2 octets, or the lower one alone if the upper one is 0 (RFC 1661, 6.5)
//
// What ends before its protocol does is truncated_link.
class PppView {
 public:
  static Result<PppView, Drop> parse(Bytes frame) {
    const size_t address = address_length(frame);
    if (frame.size() <= address) return Drop::truncated_link;
    // An odd first octet ends the protocol field (RFC 1661, 6.5).
    const uint8_t first = frame[address];
    if ((first & 0x01) != 0) return PppView(first, address + 1);
    if (frame.size() < address + 2) return Drop::truncated_link;
    return PppView(load_be16(frame.data() + address), address + 2);
  }

  uint16_t protocol() const { return protocol_; }
  size_t header_length() const { return header_length_; }

 private:
  PppView(uint16_t protocol, size_t header) : header_length_(header), protocol_(protocol) {}

  // FF 03, or 00 03 and 01 03 where the capture puts the direction in the place of the address. No
  // protocol begins with any of these.
  static size_t address_length(Bytes frame) {
    if (frame.size() < 2 || frame[1] != 0x03) return 0;
    return frame[0] == 0xff || frame[0] <= 1 ? 2 : 0;
  }

  size_t header_length_;
  uint16_t protocol_;
};

}  // namespace tcpflow
