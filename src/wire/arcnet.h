// ARCnet with RFC 1201 headers, as BSD and Linux capture it (LINKTYPE_ARCNET_BSD and _LINUX).
#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "base/drop.h"
#include "base/result.h"

namespace tcpflow {

// Reads the header in either form and keeps its length; borrows nothing. Octets as BSD has them, in
// Linux two more (not read) stand behind the addresses:
//
//   0     source
//   1     destination
//   2     system code: 212 IPv4, 196 IPv6 (RFC 1201); 240 IPv4 (RFC 1051), which ends the header
//   3     split flag: 0 a whole packet, 0xff an exception (below), else a fragment
//   4-5   sequence number, not read
//
// An exception has the code and the three octets behind it a second time; the second flag counts.
// What is shorter than the header that it announces is truncated_link, other codes are not_ip.
class ArcnetView {
 public:
  // `gap`: octets between the addresses and the system code; Linux has two.
  static Result<ArcnetView, Drop> parse(Bytes frame, size_t gap) {
    const size_t code_at = kAddresses + gap;
    if (frame.size() <= code_at) return Drop::truncated_link;
    const uint8_t code = frame[code_at];
    size_t header = code_at + 1;
    if (code == kOldIp) return ArcnetView(header, true);
    if (code != kIp && code != kIpv6) return Drop::not_ip;
    if (frame.size() < header + kSplit) return Drop::truncated_link;
    // ARCnet has no frames of 254 to 256 octets behind the addresses; a packet that would need one
    // is made longer by a second header (RFC 1201, "Exception Packet").
    if (frame[header] == kException) header += kExceptionPadding;
    if (frame.size() < header + kSplit) return Drop::truncated_link;
    return ArcnetView(header + kSplit, frame[header] == 0);
  }

  size_t header_length() const { return header_length_; }
  // False: a piece of a packet that was cut up; such packets are not put together.
  bool is_whole() const { return is_whole_; }

 private:
  static constexpr size_t kAddresses = 2;
  static constexpr size_t kSplit = 3;  // flag and sequence number
  static constexpr size_t kExceptionPadding = 4;
  static constexpr uint8_t kException = 0xff;
  static constexpr uint8_t kOldIp = 240;  // RFC 1051
  static constexpr uint8_t kIp = 212;
  static constexpr uint8_t kIpv6 = 196;

  ArcnetView(size_t length, bool is_whole) : header_length_(length), is_whole_(is_whole) {}

  size_t header_length_;
  bool is_whole_;
};

}  // namespace tcpflow
