// ARCnet with RFC 1201 headers, as BSD and Linux capture it.
#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "base/drop.h"
#include "base/result.h"

namespace tcpflow {

// Reads the header in either form.
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
    // Frames of an odd length have their header once more (RFC 1201, "Exception Packet").
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
