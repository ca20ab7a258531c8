// Times of packets: nanoseconds since 1970-01-01 UTC, signed 64 bit (good from 1678 to 2262), from
// end to end.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace tcpflow {

using Duration = std::chrono::nanoseconds;
using Timestamp = std::chrono::time_point<std::chrono::system_clock, Duration>;

// Time from seconds and nanoseconds as captures hold them; nanoseconds of a second or more carry
// over; what does not fit is clamped to the ends of the range.
Timestamp make_time(int64_t seconds, int64_t nanoseconds);

// `time` moved by `by`; what does not fit is clamped to the ends of the range.
Timestamp shifted(Timestamp time, Duration by);
// How long `now` is after `since`: 0 where it is before; what does not fit is the longest Duration.
Duration elapsed(Timestamp since, Timestamp now);

// Whole seconds since 1970, rounded down, also before 1970.
int64_t whole_seconds(Timestamp time);
// Nanoseconds since that second, 0 to 999,999,999.
int64_t subsecond_nanos(Timestamp time);

// "2017-07-14T02:40:00Z"; no fraction.
std::string iso_seconds(Timestamp time);
// "2017-07-14T02:40:00.001000Z": six digits, nine where the time needs them, none where the
// fraction is 0.
std::string iso_time(Timestamp time);
// "1500000000.001000": seconds with six digits, nine where the time needs them.
std::string epoch_time(Timestamp time);

}  // namespace tcpflow
