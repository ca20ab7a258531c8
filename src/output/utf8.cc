#include "output/utf8.h"

#include <algorithm>

#include "base/code_point.h"

namespace tcpflow {

TextKind text_kind(std::string_view text) {
  const auto is_high = [](char c) { return static_cast<uint8_t>(c) >= 0x80; };
  if (std::none_of(text.begin(), text.end(), is_high)) return TextKind::ascii;
  return is_utf8(as_bytes(text)) ? TextKind::utf8 : TextKind::other;
}

}  // namespace tcpflow
