// Logical link control (IEEE 802.2) and its SNAP extension.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/bytes.h"
#include "base/drop.h"
#include "base/result.h"

namespace tcpflow {

// Borrows the octets from the LLC header on. Unnumbered frames have three octets of LLC; what has
// more carries no IP.
//
//   0     destination service access point
//   1     source service access point
//   2     control: 0x03 unnumbered information
//
// Both access points are the same where IP is carried: 0xaa SNAP follows, 0x06 IP, 0xfe an NLPID.
// Fewer than three octets are truncated_link.
class LlcView {
 public:
  static constexpr size_t kHeader = 3;

  static Result<LlcView, Drop> parse(Bytes frame) {
    if (frame.size() < kHeader) return Drop::truncated_link;
    return LlcView(frame);
  }

  bool is_snap() const { return is(kSnapSap); }
  // IP right behind the LLC header (RFC 948).
  bool is_ip() const { return is(kIpSap); }
  // One octet that names an OSI protocol, or IP, follows (RFC 2684, 5.3).
  bool is_nlpid() const { return is(kOsiSap); }

 private:
  static constexpr uint8_t kSnapSap = 0xaa;
  static constexpr uint8_t kIpSap = 0x06;
  static constexpr uint8_t kOsiSap = 0xfe;
  static constexpr uint8_t kUnnumberedInformation = 0x03;

  explicit LlcView(Bytes frame) : frame_(frame) {}
  bool is(uint8_t sap) const {
    return frame_[0] == sap && frame_[1] == sap && frame_[2] == kUnnumberedInformation;
  }

  Bytes frame_;
};

// Borrows the octets behind an LLC header that is_snap() (RFC 1042).
//
//   0-2   organisation that gave the type its meaning (OUI)
//   3-4   type
//
// Fewer than five octets are truncated_link.
class SnapView {
 public:
  static constexpr size_t kHeader = 5;

  static Result<SnapView, Drop> parse(Bytes snap) {
    if (snap.size() < kHeader) return Drop::truncated_link;
    return SnapView(snap);
  }

  // True where type() is an ethertype: RFC 1042, and 802.1H bridge tunnels.
  bool has_ethertype() const { return organisation() == 0 || organisation() == 0x0000f8; }
  // A whole frame of Ethernet follows, type 1 with its check sequence, type 7 without (RFC 2427;
  // RFC 2684, 5.2).
  bool is_bridged() const {
    return organisation() == k8021 && (type() == kEthernetWithFcs || type() == kEthernet);
  }
  uint16_t type() const { return load_be16(snap_.data() + 3); }

 private:
  static constexpr uint32_t k8021 = 0x0080c2;
  static constexpr uint16_t kEthernetWithFcs = 1;
  static constexpr uint16_t kEthernet = 7;

  explicit SnapView(Bytes snap) : snap_(snap) {}
  uint32_t organisation() const { return load_be32(snap_.data()) >> 8; }

  Bytes snap_;
};

}  // namespace tcpflow
