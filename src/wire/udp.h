// The UDP header (RFC 768).
#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "base/drop.h"
#include "base/result.h"

namespace tcpflow {

// Borrows the datagram.
//
//   0-1   source port
//   2-3   destination port
//   4-5   length, header included
//   6-7   checksum, not checked
//
// Fewer than 8 octets are truncated_udp.
class UdpView {
 public:
  static constexpr size_t kHeader = 8;

  static Result<UdpView, Drop> parse(Bytes datagram) {
    if (datagram.size() < kHeader) return Drop::truncated_udp;
    return UdpView(datagram);
  }

  uint16_t source_port() const { return load_be16(datagram_.data()); }
  uint16_t destination_port() const { return load_be16(datagram_.data() + 2); }
  // With the header; 0 where it does not fit the field (RFC 2675, 4). Not compared with what there
  // is.
  size_t length() const { return load_be16(datagram_.data() + 4); }

 private:
  explicit UdpView(Bytes datagram) : datagram_(datagram) {}

  Bytes datagram_;
};

}  // namespace tcpflow
