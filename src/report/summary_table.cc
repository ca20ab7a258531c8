#include "report/summary_table.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

namespace tcpflow {
namespace {

constexpr size_t kHeadingWidth = 10;
constexpr size_t kGroup = 3;
constexpr int64_t kMinute = 60;
constexpr int64_t kHour = 60 * kMinute;
constexpr int64_t kDay = 24 * kHour;

// "2 h 5 min", the second part only if there is any.
std::string two_units(int64_t seconds, std::pair<int64_t, const char*> large,
                      std::pair<int64_t, const char*> small) {
  std::string text = std::to_string(seconds / large.first);
  text.append(" ").append(large.second);
  const int64_t rest = seconds % large.first / small.first;
  if (rest != 0) text.append(" ").append(std::to_string(rest)).append(" ").append(small.second);
  return text;
}

std::string words(uint64_t number, std::string_view noun) {
  std::string text(noun);
  if (number != 1 && !noun.empty()) text += 's';
  return text;
}

}  // namespace

std::string grouped(uint64_t number) {
  const std::string digits = std::to_string(number);
  std::string text;
  for (size_t i = 0; i < digits.size(); ++i) {
    if (i != 0 && (digits.size() - i) % kGroup == 0) text += ',';
    text += digits[i];
  }
  return text;
}

std::string counted(uint64_t number, std::string_view noun) {
  return grouped(number).append(" ").append(words(number, noun));
}

std::string amount(double bytes) {
  std::array<char, 48> text{};
  if (bytes < 1e5) {
    std::snprintf(text.data(), text.size(), "%.1f kB", bytes / 1e3);
  } else {
    std::snprintf(text.data(), text.size(), "%.1f MB", bytes / 1e6);
  }
  return text.data();
}

std::string duration_text(Duration time) {
  const int64_t seconds = std::chrono::duration_cast<std::chrono::seconds>(time).count();
  if (seconds >= kDay) return two_units(seconds, {kDay, "d"}, {kHour, "h"});
  if (seconds >= kHour) return two_units(seconds, {kHour, "h"}, {kMinute, "min"});
  if (seconds >= kMinute) return two_units(seconds, {kMinute, "min"}, {1, "s"});
  std::array<char, 32> text{};
  const double exact = std::chrono::duration<double>(time).count();
  const char* format = seconds >= 10 ? "%.0f s" : seconds >= 1 ? "%.1f s" : "%.3f s";
  std::snprintf(text.data(), text.size(), format, exact);
  return text.data();
}

std::string span_text(Timestamp first, Timestamp last) {
  constexpr size_t kDate = sizeof("2026-11-22") - 1;
  std::string from = iso_seconds(first);
  std::string to = iso_seconds(last);
  const bool is_same_day = from.compare(0, kDate, to, 0, kDate) == 0;
  for (std::string* text : {&from, &to}) {
    text->pop_back();      // the Z
    (*text)[kDate] = ' ';  // in place of the T
  }
  if (to == from) return from.append(" UTC");
  if (is_same_day) to.erase(0, kDate + 1);
  return from.append(" to ").append(to).append(" UTC");
}

void SummaryTable::count(uint64_t number, std::string_view noun, std::string_view rest) {
  if (number == 0) return;
  std::string text = words(number, noun);
  if (!text.empty() && !rest.empty() && rest.front() != ',') text += ' ';
  add({{}, grouped(number), text.append(rest)});
}

void SummaryTable::line(std::string text) { add({{}, {}, std::move(text)}); }

void SummaryTable::add(Row row) {
  row.heading = std::exchange(heading_, {});
  rows_.push_back(std::move(row));
}

std::string SummaryTable::text() const {
  size_t width = 0;
  for (const Row& row : rows_) width = std::max(width, row.number.size());
  std::string all;
  for (const Row& row : rows_) {
    std::string line(row.heading);
    line.resize(kHeadingWidth, ' ');
    if (!row.number.empty()) {
      line.append(width - row.number.size(), ' ').append(row.number).append(" ");
    }
    all.append(line).append(row.text).append("\n");
  }
  return all;
}

}  // namespace tcpflow
