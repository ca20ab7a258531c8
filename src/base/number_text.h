// Numbers put into a text, without a detour through a string of their own.
#pragma once

#include <array>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <string>

namespace tcpflow {

// Writes to `at` in decimal, with leading zeros up to `width` (20 at most), and returns where the
// digits end. There must be room for 20 characters.
inline char* write_number(char* at, uint64_t value, size_t width = 1) {
  if (width <= 1) return std::to_chars(at, at + 20, value).ptr;
  if (width == 2 && value < 100) {
    *at++ = static_cast<char>('0' + value / 10);
    *at++ = static_cast<char>('0' + value % 10);
    return at;
  }
  std::array<char, 20> digits{};
  const char* const end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  const auto count = static_cast<size_t>(end - digits.data());
  const size_t zeros = width > count ? width - count : 0;
  std::memset(at, '0', zeros);
  std::memcpy(at + zeros, digits.data(), count);
  return at + zeros + count;
}

// The same, at the end of a text.
inline void append_number(std::string& out, uint64_t value, size_t width = 1) {
  std::array<char, 20> digits{};
  const char* const end = write_number(digits.data(), value, width);
  out.append(digits.data(), static_cast<size_t>(end - digits.data()));
}

inline void append_signed(std::string& out, int64_t value) {
  if (value < 0) out += '-';
  const uint64_t magnitude = static_cast<uint64_t>(value);
  append_number(out, value < 0 ? 0 - magnitude : magnitude);
}

}  // namespace tcpflow
