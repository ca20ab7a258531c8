// %XX (RFC 3986, 2.1).
#pragma once

#include <string>
#include <string_view>

namespace tcpflow {

// `text` with each %XX replaced by its octet, once. A '%' that is not followed by two digits stays
// as it is, as browsers do it.
std::string percent_decoded(std::string_view text);

}  // namespace tcpflow
