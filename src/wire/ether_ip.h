// Ethernet in IP (RFC 3378).
#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "base/drop.h"
#include "base/result.h"

namespace tcpflow {

// Borrows the octets from the header on.
class EtherIpView {
 public:
  static constexpr size_t kHeader = 2;

  static Result<EtherIpView, Drop> parse(Bytes packet) {
    if (packet.size() < kHeader) return Drop::truncated_tunnel;
    if (packet[0] >> 4 != 3) return Drop::bad_tunnel;
    return EtherIpView();
  }
};

}  // namespace tcpflow
