// Ethernet in IP (RFC 3378; IP protocol 97).
#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "base/drop.h"
#include "base/result.h"

namespace tcpflow {

// Only a check; borrows nothing.
//
//   0-1   version 0xf0 (3), 12 bits reserved; not asked to be 0
//   2-    an Ethernet frame, without its check sequence
//
// Another version is bad_tunnel, fewer than two octets are truncated_tunnel.
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
