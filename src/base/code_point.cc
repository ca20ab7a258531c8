#include "base/code_point.h"

namespace tcpflow {
namespace {

// Octets of the sequence that `lead` begins; 0 if none can begin so.
constexpr size_t sequence_length(uint8_t lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xc2 && lead < 0xe0) return 2;
  if (lead >= 0xe0 && lead < 0xf0) return 3;
  return lead >= 0xf0 && lead < 0xf5 ? 4 : 0;
}

}  // namespace

CodePoint first_code_point(Bytes text) {
  const size_t length = sequence_length(text[0]);
  if (length == 0 || length > text.size()) return {};
  if (length == 1) return {text[0], 1};
  uint32_t value = text[0] & (0xffu >> (length + 1));
  for (size_t i = 1; i < length; ++i) {
    if ((text[i] & 0xc0) != 0x80) return {};
    value = value << 6 | (text[i] & 0x3fu);
  }
  const bool is_overlong = (length == 3 && value < 0x800) || (length == 4 && value < 0x10000);
  const bool is_surrogate = value >= 0xd800 && value < 0xe000;
  if (is_overlong || is_surrogate || value > 0x10ffff) return {};
  return {value, length};
}

bool is_utf8(Bytes text) {
  while (!text.empty()) {
    const size_t length = first_code_point(text).length;
    if (length == 0) return false;
    text = text.subspan(length);
  }
  return true;
}

bool cut_text(std::string& text, size_t most) {
  if (text.size() <= most) return false;
  const auto continues = [&text](size_t i) {
    return (static_cast<unsigned char>(text[i]) & 0xC0) == 0x80;
  };
  size_t end = most;
  while (end > 0 && most - end < 4 && continues(end)) --end;
  text.resize(end);
  return true;
}

bool is_control(uint32_t value) {
  const auto is_within = [value](uint32_t first, uint32_t last) {
    return value >= first && value <= last;
  };
  if (value < 0x20 || is_within(0x7f, 0x9f)) return true;
  return value == 0x061c || is_within(0x200e, 0x200f) || is_within(0x2028, 0x202e) ||
         is_within(0x2066, 0x2069);
}

}  // namespace tcpflow
