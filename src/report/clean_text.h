// Octets of the wire in texts that people and other programs read. Pure functions.
#pragma once

#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/time.h"

namespace tcpflow {

// "2017-07-14T02:40:00.000001000Z": nine digits always, so that texts sort as times do.
void append_nanosecond_time(std::string& out, Timestamp time);

// "%E4%09": each octet in two upper-case digits.
void append_percent(std::string& out, Bytes octets);

// "e409": the same in lower case and without a sign.
std::string hex(Bytes octets);

// UTF-8 as it is; octets that are none as "%E4".
void append_utf8(std::string& out, std::string_view text);

// The same, and so are characters that control a terminal (C0, DEL, C1) or would end a field or a
// line.
void append_printable(std::string& out, std::string_view text);

}  // namespace tcpflow
