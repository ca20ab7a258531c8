// The IP authentication header (RFC 4302, 2): it authenticates, and hides nothing.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/bytes.h"
#include "base/drop.h"
#include "base/result.h"

namespace tcpflow {

// Borrows the octets from the header on.
//
//   0     next header: the protocol of what follows
//   1     length of this header in 32-bit words, less 2
//   2-3   reserved, not read
//   4-7   security parameters index
//   8-11  sequence number
//   12-   integrity check value, to the end of the header
//
// The length must hold the fixed part (bad_ip_header) and lie within the octets (truncated_ip).
// That it be a multiple of 8 octets in IPv6 is not asked.
class AhView {
 public:
  static constexpr size_t kMinHeader = 12;

  static Result<AhView, Drop> parse(Bytes packet) {
    if (packet.size() < kMinHeader) return Drop::truncated_ip;
    const AhView view(packet);
    if (view.header_length() < kMinHeader) return Drop::bad_ip_header;
    if (view.header_length() > packet.size()) return Drop::truncated_ip;
    return view;
  }

  uint8_t next_header() const { return packet_[0]; }
  size_t header_length() const { return 4 * (packet_[1] + size_t{2}); }

 private:
  explicit AhView(Bytes packet) : packet_(packet) {}

  Bytes packet_;
};

}  // namespace tcpflow
