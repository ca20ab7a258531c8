// Characters of UTF-8.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/bytes.h"

namespace tcpflow {

// A character, and how many octets its sequence takes; length 0: there is none.
struct CodePoint {
  uint32_t value = 0;
  size_t length = 0;
};

// The one that `text`, which is not empty, begins with. RFC 3629: no overlong forms, no surrogates,
// nothing above U+10FFFF.
CodePoint first_code_point(Bytes text);

bool is_utf8(Bytes text);

// Cuts it to `most` octets and no half of a character. False: it was no longer.
bool cut_text(std::string& text, size_t most);

// What a terminal acts upon (C0, DEL, C1), ends a line (U+2028, U+2029), or has what follows shown
// in another order (UAX #9), so that a text seems to be another one.
bool is_control(uint32_t value);

}  // namespace tcpflow
