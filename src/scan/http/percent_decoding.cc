#include "scan/http/percent_decoding.h"

namespace tcpflow {
namespace {

// 16 and more: no digit.
unsigned hex_digit(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a') + 10;
  if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A') + 10;
  return 16;
}

}  // namespace

std::string percent_decoded(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    const bool has_room = text[i] == '%' && text.size() - i > 2;
    const unsigned high = has_room ? hex_digit(text[i + 1]) : 16;
    const unsigned low = has_room ? hex_digit(text[i + 2]) : 16;
    if (high > 15 || low > 15) {
      decoded += text[i];
      continue;
    }
    decoded += static_cast<char>(high << 4 | low);
    i += 2;
  }
  return decoded;
}

}  // namespace tcpflow
