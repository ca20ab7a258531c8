// Turns the time stamps of a pcapng interface into time.
#pragma once

#include <cstdint>
#include <optional>

#include "base/time.h"

namespace tcpflow {

// if_tsresol and if_tsoffset of one interface. A plain value.
class TimeScale {
 public:
  static constexpr uint8_t kMicroseconds = 6;

  // `resolution` as if_tsresol has it: a power of ten, or of two with the top bit set. `offset` in
  // seconds. Nothing if ticks that short do not fit 64 bits a second.
  static std::optional<TimeScale> from(uint8_t resolution, int64_t offset);

  Timestamp time(uint64_t ticks) const {
    // The common case needs no division: ticks are a whole number of nanoseconds, not too many.
    if (ticks <= plain_limit_) {
      return Timestamp(Duration(static_cast<int64_t>(ticks * nanos_per_tick_) + offset_nanos_));
    }
    return scaled(ticks);
  }

 private:
  TimeScale() = default;
  Timestamp scaled(uint64_t ticks) const;
  int64_t nanos(uint64_t ticks_of_second) const;

  bool is_binary_ = false;
  uint8_t exponent_ = kMicroseconds;
  uint64_t ticks_per_second_ = 1'000'000;
  int64_t offset_ = 0;
  // Of the common case; no tick count is below the limit where it does not apply (but 0, which then
  // is right with any factor).
  uint64_t plain_limit_ = 0;
  uint64_t nanos_per_tick_ = 0;
  int64_t offset_nanos_ = 0;
};

}  // namespace tcpflow
