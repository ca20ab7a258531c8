// 802.11 data frames (IEEE 802.11, 9.3.2) and the frames aggregated in one of them.
#pragma once

#include <cstdint>

#include "base/address.h"
#include "base/bytes.h"
#include "base/drop.h"
#include "base/result.h"

namespace tcpflow {

// Borrows the frame. Only data frames that carry something pass parse(); header_length() may then
// be skipped. Fields of more than one octet are in little-endian order.
//
//   0     0x03 version (0), 0x0c type (0x08: data), 0xf0 subtype: 0x80 QoS, 0x40 without a body
//   1     0x01 to DS, 0x02 from DS, 0x40 protected, 0x80 HT control follows (QoS only)
//   2-3   duration
//   4-9   address 1
//   10-15 address 2
//   16-21 address 3
//   22-23 sequence control: 0x0f of octet 22 is the number of the fragment
//   24-   [address 4: to DS and from DS], [QoS control, 2 octets], [HT control, 4 octets]
//
//   to DS  from DS  destination  source
//     0       0          1          2     within a cell
//     0       1          1          3     from an access point
//     1       0          3          2     to an access point
//     1       1          3          4     between access points
//
// Another version is bad_link; other types, and subtypes without a body, are not_ip; a header past
// the frame is truncated_link. A protected body is encrypted, whatever it would have carried.
class Ieee80211View {
 public:
  static Result<Ieee80211View, Drop> parse(Bytes frame) {
    if (frame.size() < kControlField) return Drop::truncated_link;
    const Ieee80211View view(frame);
    if ((frame[0] & kVersionMask) != 0) return Drop::bad_link;
    if ((frame[0] & kTypeMask) != kDataType || (frame[0] & kWithoutData) != 0) return Drop::not_ip;
    if (view.header_length() > frame.size()) return Drop::truncated_link;
    if (view.has(kProtected)) return Drop::encrypted;
    return view;
  }

  size_t header_length() const {
    return kMinHeader + (has_four_addresses() ? kAddress : 0) + (is_qos() ? kQos : 0) +
           (is_qos() && has(kOrder) ? kHtControl : 0);
  }
  // The body is a run of subframes.
  bool is_aggregate() const { return is_qos() && (frame_[qos_at()] & kAggregate) != 0; }
  // A later piece of a body that was cut up (the first has number 0); such bodies are not put
  // together.
  bool is_later_fragment() const { return (frame_[22] & 0x0f) != 0; }
  // Who sent the body first, and whom it is for in the end, whatever stands between.
  MacAddress source() const {
    if (has_four_addresses()) return MacAddress::from(frame_.data() + 24);
    return MacAddress::from(frame_.data() + (has(kFromDs) ? 16 : 10));
  }
  MacAddress destination() const { return MacAddress::from(frame_.data() + (has(kToDs) ? 16 : 4)); }

 private:
  static constexpr size_t kControlField = 2;
  static constexpr size_t kMinHeader = 24;
  static constexpr size_t kAddress = 6;
  static constexpr size_t kQos = 2;
  static constexpr size_t kHtControl = 4;
  static constexpr uint8_t kVersionMask = 0x03;
  static constexpr uint8_t kTypeMask = 0x0c;
  static constexpr uint8_t kDataType = 0x08;
  static constexpr uint8_t kWithoutData = 0x40;  // subtypes
  static constexpr uint8_t kQosSubtype = 0x80;
  static constexpr uint8_t kToDs = 0x01;  // flags
  static constexpr uint8_t kFromDs = 0x02;
  static constexpr uint8_t kProtected = 0x40;
  static constexpr uint8_t kOrder = 0x80;
  static constexpr uint8_t kAggregate = 0x80;  // of QoS control, first octet

  explicit Ieee80211View(Bytes frame) : frame_(frame) {}
  bool has(uint8_t flag) const { return (frame_[1] & flag) != 0; }
  bool is_qos() const { return (frame_[0] & kQosSubtype) != 0; }
  bool has_four_addresses() const { return has(kToDs) && has(kFromDs); }
  size_t qos_at() const { return kMinHeader + (has_four_addresses() ? kAddress : 0); }

  Bytes frame_;
};

// One frame of an aggregate (A-MSDU; IEEE 802.11, 9.3.2.2). Borrows the octets from its header on.
//
//   0-5   destination
//   6-11  source
//   12-13 octets of the body, padding not counted; in network order, unlike the rest of 802.11
//   14-   body, from LLC on; then padding to a multiple of 4 octets, but for the last subframe
//
// Fewer than 14 octets are truncated_link.
class SubframeView {
 public:
  static constexpr size_t kHeader = 14;
  static constexpr size_t kUnit = 4;  // each but the last is padded to a multiple

  static Result<SubframeView, Drop> parse(Bytes aggregate) {
    if (aggregate.size() < kHeader) return Drop::truncated_link;
    return SubframeView(aggregate);
  }

  MacAddress destination() const { return MacAddress::from(aggregate_.data()); }
  MacAddress source() const { return MacAddress::from(aggregate_.data() + 6); }
  // Octets behind the header. Not compared with what there is.
  size_t length() const { return load_be16(aggregate_.data() + 12); }

 private:
  explicit SubframeView(Bytes aggregate) : aggregate_(aggregate) {}

  Bytes aggregate_;
};

}  // namespace tcpflow
