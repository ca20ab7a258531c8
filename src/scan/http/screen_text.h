// Which bodies are text for a screen, and how a screen is told of the others.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tcpflow {

// So many first octets tell what a body is if its type does not.
inline constexpr size_t kTellingOctets = 64;

// What a Content-Type, or the name of a coding, is without parameters, in lower case and fit for a
// screen whatever its sender put into it; what is very long is cut.
std::string shown_type(std::string_view value);

// Whether content of this type, as shown_type() gives it, is text. nullopt: its octets must tell.
std::optional<bool> is_text_type(std::string_view type);
// True unless the type is missing, or is what servers say for want of a better one.
bool says_much(std::string_view type);

// No octet of the first ones is one that text does not have.
bool looks_like_text(std::string_view first);

// "12,345".
std::string grouped_number(uint64_t number);

}  // namespace tcpflow
