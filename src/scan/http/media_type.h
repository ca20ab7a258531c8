// File name extensions of media types.
#pragma once

#include <string_view>

namespace tcpflow {

// The extension, without its dot, that tcpflow 1.6.1 gives a body of this Content-Type; "" if none.
// What counts is the text before the first ';', in any case and, as there, not trimmed.
std::string_view extension_of(std::string_view content_type);

}  // namespace tcpflow
