// Whether a name is text.
#pragma once

#include <cstdint>
#include <string_view>

namespace tcpflow {

enum class TextKind : uint8_t { ascii, utf8, other };

// What `text` is; UTF-8 as RFC 3629 has it.
TextKind text_kind(std::string_view text);

}  // namespace tcpflow
