// Headers that Linux "cooked" captures have in the place of a link header (LINKTYPE_LINUX_SLL and
// LINKTYPE_LINUX_SLL2): what a packet socket tells of a packet on any device.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/bytes.h"
#include "base/drop.h"
#include "base/result.h"

namespace tcpflow {

// Values of protocol() below ethertype::kMin, and of device() where protocol() is no ethertype.
namespace sll {
inline constexpr uint16_t kLlc = 0x0004;
inline constexpr uint16_t kNetlinkDevice = 824;
}  // namespace sll

// LINKTYPE_LINUX_SLL. Borrows the frame.
//
//   0-1   direction and kind of the packet
//   2-3   ARPHRD_ number of the device
//   4-5   octets of the address
//   6-13  address of the sender, 8 octets whatever its length
//   14-15 protocol: mostly an ethertype
//
// Fewer than 16 octets are truncated_link.
class SllView {
 public:
  static constexpr size_t kHeader = 16;

  static Result<SllView, Drop> parse(Bytes frame) {
    if (frame.size() < kHeader) return Drop::truncated_link;
    return SllView(frame);
  }

  // The ARPHRD_ number of the device.
  uint16_t device() const { return load_be16(frame_.data() + 2); }
  uint16_t protocol() const { return load_be16(frame_.data() + 14); }

 private:
  explicit SllView(Bytes frame) : frame_(frame) {}

  Bytes frame_;
};

// LINKTYPE_LINUX_SLL2. Borrows the frame.
//
//   0-1   protocol
//   2-3   reserved
//   4-7   index of the interface
//   8-9   ARPHRD_ number of the device
//   10    direction and kind of the packet
//   11    octets of the address
//   12-19 address of the sender
//
// Fewer than 20 octets are truncated_link.
class Sll2View {
 public:
  static constexpr size_t kHeader = 20;

  static Result<Sll2View, Drop> parse(Bytes frame) {
    if (frame.size() < kHeader) return Drop::truncated_link;
    return Sll2View(frame);
  }

  uint16_t device() const { return load_be16(frame_.data() + 8); }
  uint16_t protocol() const { return load_be16(frame_.data()); }

 private:
  explicit Sll2View(Bytes frame) : frame_(frame) {}

  Bytes frame_;
};

}  // namespace tcpflow
