// Numbers appended to a text, without a detour through a string of their own.
#pragma once

#include <array>
#include <cstdint>
#include <string>

namespace tcpflow {

// In decimal, with leading zeros up to `width` (20 at most).
inline void append_number(std::string& out, uint64_t value, size_t width = 1) {
  std::array<char, 20> digits{};
  size_t at = digits.size();
  do {
    digits[--at] = static_cast<char>('0' + value % 10);
    value /= 10;
  } while (value != 0);
  while (digits.size() - at < width) digits[--at] = '0';
  out.append(digits.data() + at, digits.size() - at);
}

inline void append_signed(std::string& out, int64_t value) {
  if (value < 0) out += '-';
  const uint64_t magnitude = static_cast<uint64_t>(value);
  append_number(out, value < 0 ? 0 - magnitude : magnitude);
}

}  // namespace tcpflow
