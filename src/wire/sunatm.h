// ATM frames as SunATM captures them (LINKTYPE_SUNATM).
#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "base/drop.h"
#include "base/result.h"

namespace tcpflow {

// Borrows the frame.
//
//   0     0x80 direction, 0x0f traffic: 1 LAN emulation, 2 LLC; others carry no IP
//   1     virtual path
//   2-3   virtual channel
//
// Fewer than four octets are truncated_link.
class SunAtmView {
 public:
  static constexpr size_t kHeader = 4;
  static constexpr size_t kLaneHeader = 2;  // before the Ethernet frame of LAN emulation

  static Result<SunAtmView, Drop> parse(Bytes frame) {
    if (frame.size() < kHeader) return Drop::truncated_link;
    return SunAtmView(frame);
  }

  bool is_lane() const { return (frame_[0] & 0x0f) == 1; }
  bool is_llc() const { return (frame_[0] & 0x0f) == 2; }

 private:
  explicit SunAtmView(Bytes frame) : frame_(frame) {}

  Bytes frame_;
};

}  // namespace tcpflow
