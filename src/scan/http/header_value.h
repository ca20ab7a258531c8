// Reads the values of HTTP and MIME header fields, and bears with what browsers bear with. Every
// function takes time in proportion to its input; what borrows lives as long as the input.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tcpflow {

// `text` without blanks and tabs around it (OWS of RFC 9110, 5.6.3).
std::string_view trimmed(std::string_view text);

// The same but for the case of ASCII letters.
bool equals_ignoring_case(std::string_view a, std::string_view b);

// `text` with its ASCII letters in lower case.
std::string lower_case(std::string_view text);

// The elements of a comma-separated list, trimmed, empty ones left out; no more than 64. A comma in
// a quoted string separates nothing.
std::vector<std::string_view> list_of(std::string_view value);

// The parameter `name` of a value such as `multipart/form-data; boundary="a b"`; the first one if
// there are several, "" if there is none. The case of names does not matter. A value without quotes
// goes up to the next ';', whatever is in it. In quotes, '\' escapes only '"' and '\': in front of
// anything else it is what a sender meant that put a Windows path there. A quoted string that does
// not end goes up to the end.
std::string parameter_of(std::string_view value, std::string_view name);

// The file name in a Content-Disposition, as it came: see safe_name.h. "" if there is none.
// `filename*` (RFC 8187, in UTF-8 or ISO-8859-1, which becomes UTF-8) wins over `filename` if it
// can be read (RFC 6266, 4.3). Encoded words of RFC 2047 are not decoded.
std::string file_name_of(std::string_view content_disposition);

}  // namespace tcpflow
