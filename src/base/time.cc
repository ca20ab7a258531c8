#include "base/time.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>

namespace tcpflow {
namespace {

constexpr int64_t kNanosPerSecond = 1'000'000'000;
constexpr int64_t kMaxSeconds = INT64_MAX / kNanosPerSecond - 1;

std::string fraction(int64_t nanos) {
  std::array<char, 24> text{};
  if (nanos % 1000 == 0) {
    std::snprintf(text.data(), text.size(), ".%06lld", static_cast<long long>(nanos / 1000));
  } else {
    std::snprintf(text.data(), text.size(), ".%09lld", static_cast<long long>(nanos));
  }
  return text.data();
}

std::string date_and_time(Timestamp time) {
  const std::time_t seconds = whole_seconds(time);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 40> text{};
  std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &parts);
  return text.data();
}

}  // namespace

Timestamp make_time(int64_t seconds, int64_t nanoseconds) {
  const int64_t carry = nanoseconds / kNanosPerSecond;
  if (seconds > kMaxSeconds - carry) return Timestamp(Duration(kMaxSeconds * kNanosPerSecond));
  if (seconds < -kMaxSeconds - carry) return Timestamp(Duration(-kMaxSeconds * kNanosPerSecond));
  return Timestamp(Duration((seconds + carry) * kNanosPerSecond + nanoseconds % kNanosPerSecond));
}

Timestamp shifted(Timestamp time, Duration by) {
  int64_t nanos = 0;
  if (__builtin_add_overflow(time.time_since_epoch().count(), by.count(), &nanos)) {
    nanos = by.count() < 0 ? INT64_MIN : INT64_MAX;
  }
  constexpr int64_t kMost = kMaxSeconds * kNanosPerSecond;
  return Timestamp(Duration(std::clamp(nanos, -kMost, kMost)));
}

Duration elapsed(Timestamp since, Timestamp now) {
  if (now <= since) return Duration(0);
  const uint64_t nanos = static_cast<uint64_t>(now.time_since_epoch().count()) -
                         static_cast<uint64_t>(since.time_since_epoch().count());
  return Duration(static_cast<int64_t>(std::min<uint64_t>(nanos, INT64_MAX)));
}

int64_t whole_seconds(Timestamp time) {
  return std::chrono::floor<std::chrono::seconds>(time.time_since_epoch()).count();
}

int64_t subsecond_nanos(Timestamp time) {
  return time.time_since_epoch().count() - whole_seconds(time) * kNanosPerSecond;
}

std::string iso_seconds(Timestamp time) { return date_and_time(time) + "Z"; }

std::string iso_time(Timestamp time) {
  const int64_t nanos = subsecond_nanos(time);
  return date_and_time(time) + (nanos == 0 ? "" : fraction(nanos)) + "Z";
}

std::string epoch_time(Timestamp time) {
  return std::to_string(whole_seconds(time)) + fraction(subsecond_nanos(time));
}

}  // namespace tcpflow
