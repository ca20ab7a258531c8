// Headings, numbers and words, aligned.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace tcpflow {

// "1,234,567".
std::string grouped(uint64_t number);
// "1 packet", "1,200 packets": a noun that takes an s.
std::string counted(uint64_t number, std::string_view noun);
// "66.1 MB", "37.8 kB".
std::string amount(double bytes);
// "0.125 s", "2.1 s", "17 min 15 s", "3 h 20 min", "5 d 3 h".
std::string duration_text(Duration time);
// "2026-11-22 00:52:47 to 01:10:02 UTC": the second date, or time, only where
// it differs.
std::string span_text(Timestamp first, Timestamp last);

// Rows by section; numbers are flush right in one column. A value.
class SummaryTable {
 public:
  // The rows that follow are of this section. Static life.
  void section(std::string_view heading) { heading_ = heading; }
  // "12 packets left out"; nothing for 0. `noun` takes an s, or is empty.
  void count(uint64_t number, std::string_view noun, std::string_view rest = "");
  // A row without a number.
  void line(std::string text);
  std::string text() const;

 private:
  struct Row {
    std::string_view heading;  // empty: that of the row above
    std::string number;
    std::string text;
  };
  void add(Row row);

  std::string_view heading_;
  std::vector<Row> rows_;
};

}  // namespace tcpflow
