#include "base/time.h"

#include "base/number_text.h"

namespace tcpflow {
namespace {

constexpr int64_t kNanosPerSecond = 1'000'000'000;

void append_fraction(std::string& text, int64_t nanos) {
  const auto count = static_cast<uint64_t>(nanos);
  text += '.';
  if (count % 1000 == 0) return append_number(text, count / 1000, 6);
  append_number(text, count, 9);
}

// A report has two times for each stream, so they take no detour through strftime. The range of
// Timestamp has years of four digits.
std::string date_and_time(Timestamp time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::seconds>(time - day));
  std::string text;
  text.reserve(sizeof "2017-07-14T02:40:00.001000000Z");
  append_number(text, static_cast<uint64_t>(static_cast<int>(date.year())), 4);
  append_number(text += '-', static_cast<unsigned>(date.month()), 2);
  append_number(text += '-', static_cast<unsigned>(date.day()), 2);
  append_number(text += 'T', static_cast<uint64_t>(clock.hours().count()), 2);
  append_number(text += ':', static_cast<uint64_t>(clock.minutes().count()), 2);
  append_number(text += ':', static_cast<uint64_t>(clock.seconds().count()), 2);
  return text;
}

}  // namespace

int64_t whole_seconds(Timestamp time) {
  return std::chrono::floor<std::chrono::seconds>(time.time_since_epoch()).count();
}

int64_t subsecond_nanos(Timestamp time) {
  return time.time_since_epoch().count() - whole_seconds(time) * kNanosPerSecond;
}

std::string iso_seconds(Timestamp time) { return date_and_time(time).append("Z"); }

std::string iso_time(Timestamp time) {
  std::string text = date_and_time(time);
  const int64_t nanos = subsecond_nanos(time);
  if (nanos != 0) append_fraction(text, nanos);
  return text.append("Z");
}

std::string epoch_time(Timestamp time) {
  std::string text = std::to_string(whole_seconds(time));
  append_fraction(text, subsecond_nanos(time));
  return text;
}

}  // namespace tcpflow
