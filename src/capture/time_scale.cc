#include "capture/time_scale.h"

#include <algorithm>

namespace tcpflow {
namespace {

constexpr uint64_t kNanosPerSecond = 1'000'000'000;
constexpr uint8_t kNanoExponent = 9;
constexpr uint8_t kMaxDecimal = 19;  // 10^19 < 2^64
constexpr uint8_t kMaxBinary = 63;
constexpr uint8_t kBinaryFlag = 0x80;
// A fraction of this many bits times 10^9 still fits 64 bits.
constexpr uint8_t kFractionBits = 34;
// Sums of two such times cannot overflow.
constexpr int64_t kHalfRange = INT64_MAX / 2;
// An offset past this (31,700 years) moves any time out of the range of Timestamp.
constexpr int64_t kMaxOffset = 1'000'000'000'000;

uint64_t power_of_ten(uint8_t exponent) {
  uint64_t power = 1;
  for (uint8_t i = 0; i < exponent; ++i) power *= 10;
  return power;
}

}  // namespace

std::optional<TimeScale> TimeScale::from(uint8_t resolution, int64_t offset) {
  TimeScale scale;
  scale.is_binary_ = (resolution & kBinaryFlag) != 0;
  scale.exponent_ = resolution & static_cast<uint8_t>(~kBinaryFlag);
  if (scale.exponent_ > (scale.is_binary_ ? kMaxBinary : kMaxDecimal)) return std::nullopt;
  scale.ticks_per_second_ =
      scale.is_binary_ ? uint64_t{1} << scale.exponent_ : power_of_ten(scale.exponent_);
  scale.offset_ = std::clamp(offset, -kMaxOffset, kMaxOffset);

  // Where ticks are whole nanoseconds, time() needs one multiplication; the limits keep it in 64
  // bits.
  const int64_t nanos_limit = kHalfRange / static_cast<int64_t>(kNanosPerSecond);
  const bool is_plain = kNanosPerSecond % scale.ticks_per_second_ == 0 &&
                        scale.offset_ <= nanos_limit && scale.offset_ >= -nanos_limit;
  if (!is_plain) {
    scale.offset_nanos_ = make_time(scale.offset_, 0).time_since_epoch().count();
    return scale;
  }
  scale.nanos_per_tick_ = kNanosPerSecond / scale.ticks_per_second_;
  scale.plain_limit_ = static_cast<uint64_t>(kHalfRange) / scale.nanos_per_tick_;
  scale.offset_nanos_ = scale.offset_ * static_cast<int64_t>(kNanosPerSecond);
  return scale;
}

int64_t TimeScale::nanos(uint64_t ticks_of_second) const {
  if (!is_binary_ && exponent_ <= kNanoExponent) {
    return static_cast<int64_t>(ticks_of_second * (kNanosPerSecond / ticks_per_second_));
  }
  if (!is_binary_) {
    return static_cast<int64_t>(ticks_of_second / (ticks_per_second_ / kNanosPerSecond));
  }
  const uint8_t bits = std::min(exponent_, kFractionBits);
  const uint64_t fraction = ticks_of_second >> (exponent_ - bits);
  return static_cast<int64_t>((fraction * kNanosPerSecond) >> bits);
}

Timestamp TimeScale::scaled(uint64_t ticks) const {
  // Sums of these two stay far inside 64 bits; make_time clamps what no Timestamp can hold.
  const uint64_t seconds =
      std::min(ticks / ticks_per_second_, static_cast<uint64_t>(INT64_MAX) / 2);
  return make_time(static_cast<int64_t>(seconds) + offset_, nanos(ticks % ticks_per_second_));
}

}  // namespace tcpflow
