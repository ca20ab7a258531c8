// Times of packets: nanoseconds since 1970-01-01 UTC, signed 64 bit (good from 1678 to 2262), from
// end to end.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string>

namespace tcpflow {

using Duration = std::chrono::nanoseconds;
using Timestamp = std::chrono::time_point<std::chrono::system_clock, Duration>;

// Time from seconds and nanoseconds as captures hold them; nanoseconds of a second or more carry
// over; what does not fit is clamped to the ends of the range.
constexpr Timestamp make_time(int64_t seconds, int64_t nanoseconds) {
  constexpr int64_t kPerSecond = 1'000'000'000;
  constexpr int64_t kMost = INT64_MAX / kPerSecond - 1;
  const int64_t carry = nanoseconds / kPerSecond;
  if (seconds > kMost - carry) return Timestamp(Duration(kMost * kPerSecond));
  if (seconds < -kMost - carry) return Timestamp(Duration(-kMost * kPerSecond));
  return Timestamp(Duration((seconds + carry) * kPerSecond + nanoseconds % kPerSecond));
}

// `time` moved by `by`; what does not fit is clamped to the ends of the range.
inline Timestamp shifted(Timestamp time, Duration by) {
  int64_t nanos = 0;
  if (__builtin_add_overflow(time.time_since_epoch().count(), by.count(), &nanos)) {
    nanos = by.count() < 0 ? INT64_MIN : INT64_MAX;
  }
  constexpr Timestamp kLast = make_time(INT64_MAX / 2, 0);
  constexpr Timestamp kFirst = make_time(INT64_MIN / 2, 0);
  return std::clamp(Timestamp(Duration(nanos)), kFirst, kLast);
}

// How long `now` is after `since`: 0 where it is before; what does not fit is the longest Duration.
inline Duration elapsed(Timestamp since, Timestamp now) {
  if (now <= since) return Duration(0);
  const uint64_t nanos = static_cast<uint64_t>(now.time_since_epoch().count()) -
                         static_cast<uint64_t>(since.time_since_epoch().count());
  return Duration(static_cast<int64_t>(std::min<uint64_t>(nanos, INT64_MAX)));
}

// Whole seconds since 1970, rounded down, also before 1970.
int64_t whole_seconds(Timestamp time);
// Nanoseconds since that second, 0 to 999,999,999.
int64_t subsecond_nanos(Timestamp time);

// "2017-07-14T02:40:00Z"; no fraction.
std::string iso_seconds(Timestamp time);
// "2017-07-14T02:40:00.001000Z": six digits, nine where the time needs them, none where the
// fraction is 0.
std::string iso_time(Timestamp time);
// The same to `at`, where 64 octets must be free; returns where it ends.
char* write_iso_time(char* at, Timestamp time);
// "1500000000.001000": seconds with six digits, nine where the time needs them.
std::string epoch_time(Timestamp time);

}  // namespace tcpflow
