// Characters of UTF-8.
#pragma once

#include <cstddef>
#include <cstdint>

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

}  // namespace tcpflow
