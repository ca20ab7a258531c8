// Generic routing encapsulation (RFC 2784 and 2890) and its version 1, as PPTP has it (RFC 2637).
#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "base/drop.h"
#include "base/result.h"

namespace tcpflow {

// Borrows the octets from the header on. The words in brackets come in this order, each if its flag
// is set.
//
//   0     flags: 0x80 checksum, 0x40 routing, 0x20 key, 0x10 sequence number
//   1     0x80 acknowledgement (version 1), 0x07 version: 0, or 1 for PPTP
//   2-3   ethertype of what follows
//   4-    [checksum, 2 octets and 2 reserved]
//         [key, 4 octets; in version 1 the length of the payload and a call number, 2 octets each]
//         [sequence number, 4 octets]
//         [acknowledgement, 4 octets; version 1 only]
//
// Versions past 1, source routes, and version 1 without the key are bad_tunnel; a header past the
// octets is truncated_tunnel. The checksum is not checked.
class GreView {
 public:
  static constexpr size_t kMinHeader = 4;

  static Result<GreView, Drop> parse(Bytes packet) {
    if (packet.size() < kMinHeader) return Drop::truncated_tunnel;
    const GreView view(packet);
    // Source routes (RFC 1701) were given up with RFC 2784.
    if (view.version() > 1 || view.has(kRouting)) return Drop::bad_tunnel;
    if (view.is_pptp() && !view.has_key()) return Drop::bad_tunnel;
    if (view.header_length() > packet.size()) return Drop::truncated_tunnel;
    return view;
  }

  // Version 1; the payload is PPP.
  bool is_pptp() const { return version() == 1; }
  bool has_checksum() const { return has(kChecksum); }
  bool has_key() const { return has(kKey); }
  bool has_sequence() const { return has(kSequence); }
  // Of version 0 and with has_key(); version 1 has a length and a call number in its place.
  uint32_t key() const { return load_be32(packet_.data() + 4 + (has_checksum() ? 4 : 0)); }
  // Of version 1: octets of PPP behind the header.
  size_t pptp_length() const { return load_be16(packet_.data() + 4); }
  // An ethertype, or one of the values that stand for more: 0x6558, 0x880b, 0x88be, ...
  uint16_t type() const { return load_be16(packet_.data() + 2); }
  size_t header_length() const {
    const bool is_acknowledging = is_pptp() && has(kAcknowledgement);
    return kMinHeader +
           size_t{4} * (has_checksum() + has_key() + has_sequence() + is_acknowledging);
  }

 private:
  static constexpr uint16_t kChecksum = 0x8000;
  static constexpr uint16_t kRouting = 0x4000;
  static constexpr uint16_t kKey = 0x2000;
  static constexpr uint16_t kSequence = 0x1000;
  static constexpr uint16_t kAcknowledgement = 0x0080;

  explicit GreView(Bytes packet) : packet_(packet) {}
  bool has(uint16_t flag) const { return (load_be16(packet_.data()) & flag) != 0; }
  int version() const { return packet_[1] & 0x07; }

  Bytes packet_;
};

}  // namespace tcpflow
