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

}  // namespace tcpflow
