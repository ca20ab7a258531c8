// Headers that Linux "cooked" captures have in the place of a link header.
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
