#include "output/utf8.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace tcpflow {
namespace {

// A kind of sequence: its first octets, and what its second octet may be.
struct Sequence {
  uint8_t first_from, first_to, second_from, second_to;
  size_t length;
};
constexpr std::array<Sequence, 8> kSequences = {{{0xc2, 0xdf, 0x80, 0xbf, 2},
                                                 {0xe0, 0xe0, 0xa0, 0xbf, 3},
                                                 {0xe1, 0xec, 0x80, 0xbf, 3},
                                                 {0xed, 0xed, 0x80, 0x9f, 3},
                                                 {0xee, 0xef, 0x80, 0xbf, 3},
                                                 {0xf0, 0xf0, 0x90, 0xbf, 4},
                                                 {0xf1, 0xf3, 0x80, 0xbf, 4},
                                                 {0xf4, 0xf4, 0x80, 0x8f, 4}}};

uint8_t octet(std::string_view text, size_t at) { return static_cast<uint8_t>(text[at]); }

// How long the sequence at the start of `text` is; 0: it is none.
size_t sequence_length(std::string_view text) {
  for (const Sequence& kind : kSequences) {
    if (octet(text, 0) < kind.first_from || octet(text, 0) > kind.first_to) continue;
    if (text.size() < kind.length) return 0;
    if (octet(text, 1) < kind.second_from || octet(text, 1) > kind.second_to) return 0;
    for (size_t i = 2; i < kind.length; ++i) {
      if ((octet(text, i) & 0xc0) != 0x80) return 0;
    }
    return kind.length;
  }
  return 0;
}

}  // namespace

TextKind text_kind(std::string_view text) {
  const auto is_high = [](char c) { return static_cast<uint8_t>(c) >= 0x80; };
  text.remove_prefix(
      static_cast<size_t>(std::find_if(text.begin(), text.end(), is_high) - text.begin()));
  TextKind kind = TextKind::ascii;
  while (!text.empty()) {
    size_t length = 1;
    if (octet(text, 0) >= 0x80) {
      kind = TextKind::utf8;
      length = sequence_length(text);
      if (length == 0) return TextKind::other;
    }
    text.remove_prefix(length);
  }
  return kind;
}

}  // namespace tcpflow
