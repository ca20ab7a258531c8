#include "base/time.h"

#include <array>

#include "base/number_text.h"

namespace tcpflow {
namespace {

constexpr int64_t kNanosPerSecond = 1'000'000'000;

// The longest text of a time, with room for what write_number() asks for.
using TimeText = std::array<char, 64>;

// ".001000": behind what stands before `at`.
char* write_fraction(char* at, int64_t nanos) {
  const auto count = static_cast<uint64_t>(nanos);
  *at++ = '.';
  return count % 1000 == 0 ? write_number(at, count / 1000, 6) : write_number(at, count, 9);
}

char* write_field(char* at, char before, unsigned value) {
  *at++ = before;
  return write_number(at, value, 2);
}

// A report has two times for each stream, so they take no detour through strftime. The range of
// Timestamp has years of four digits.
char* write_date_and_time(char* at, Timestamp time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const auto second =
      static_cast<unsigned>(std::chrono::floor<std::chrono::seconds>(time - day).count());
  at = write_number(at, static_cast<uint64_t>(static_cast<int>(date.year())), 4);
  at = write_field(at, '-', static_cast<unsigned>(date.month()));
  at = write_field(at, '-', static_cast<unsigned>(date.day()));
  at = write_field(at, 'T', second / 3600);
  at = write_field(at, ':', second / 60 % 60);
  return write_field(at, ':', second % 60);
}

std::string text_to(const TimeText& text, const char* end) {
  return {text.data(), static_cast<size_t>(end - text.data())};
}

}  // namespace

int64_t whole_seconds(Timestamp time) {
  return std::chrono::floor<std::chrono::seconds>(time.time_since_epoch()).count();
}

int64_t subsecond_nanos(Timestamp time) {
  return time.time_since_epoch().count() - whole_seconds(time) * kNanosPerSecond;
}

std::string iso_seconds(Timestamp time) {
  TimeText text;
  char* end = write_date_and_time(text.data(), time);
  *end++ = 'Z';
  return text_to(text, end);
}

char* write_iso_time(char* at, Timestamp time) {
  at = write_date_and_time(at, time);
  const int64_t nanos = subsecond_nanos(time);
  if (nanos != 0) at = write_fraction(at, nanos);
  *at++ = 'Z';
  return at;
}

std::string iso_time(Timestamp time) {
  TimeText text;
  return text_to(text, write_iso_time(text.data(), time));
}

std::string epoch_time(Timestamp time) {
  TimeText text;
  const char* const end = write_fraction(text.data(), subsecond_nanos(time));
  return std::to_string(whole_seconds(time)).append(text_to(text, end));
}

}  // namespace tcpflow
