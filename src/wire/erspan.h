// Mirrored frames in GRE: ERSPAN types II and III (draft-foschiano-erspan). Type I has no header:
// its frame follows GRE at once.
#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "base/drop.h"
#include "base/result.h"

namespace tcpflow {

// Borrows the octets from the header on. Type II, 8 octets:
//
//   0-1   version 0xf0 (1), VLAN of the mirrored port (12 bits)
//   2-3   class of service, encapsulation, cut flag, session (10 bits)
//   4-7   reserved, port index
//
// Type III, 12 octets or 20:
//
//   0-3   as in type II, but version 2
//   4-7   time stamp
//   8-9   security group
//   10    0x7c kind of frame: 0 Ethernet, 2 IP; the rest is not read
//   11    0x01 the subheader follows; the rest is not read
//   12-19 [subheader of the platform]
//
// Other versions are bad_tunnel; fewer octets than the header has are truncated_tunnel. No field
// states a length: the mirrored frame reaches to the end of the GRE packet.
class ErspanView {
 public:
  static constexpr size_t kHeader2 = 8;
  static constexpr size_t kHeader3 = 12;

  static Result<ErspanView, Drop> parse(Bytes packet) {
    if (packet.empty()) return Drop::truncated_tunnel;
    const ErspanView view(packet);
    if (view.version() != kVersion2 && view.version() != kVersion3) return Drop::bad_tunnel;
    if (packet.size() < (view.is_type3() ? kHeader3 : kHeader2)) return Drop::truncated_tunnel;
    if (packet.size() < view.header_length()) return Drop::truncated_tunnel;
    return view;
  }

  // An IP packet follows in place of a frame; only type III can say so.
  bool has_ip() const { return is_type3() && (packet_[10] >> 2 & 0x1f) == kFrameIsIp; }
  size_t header_length() const {
    if (!is_type3()) return kHeader2;
    return kHeader3 + (has_subheader() ? kSubheader : 0);
  }

 private:
  static constexpr int kVersion2 = 1;
  static constexpr int kVersion3 = 2;
  static constexpr size_t kSubheader = 8;
  static constexpr int kFrameIsIp = 2;

  explicit ErspanView(Bytes packet) : packet_(packet) {}
  int version() const { return packet_[0] >> 4; }
  bool is_type3() const { return version() == kVersion3; }
  bool has_subheader() const { return (packet_[11] & 0x01) != 0; }

  Bytes packet_;
};

}  // namespace tcpflow
