// The IP authentication header (RFC 4302, 2): it authenticates, and hides nothing.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/bytes.h"
#include "base/drop.h"
#include "base/result.h"

namespace tcpflow {

// Borrows the octets from the header on.
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
