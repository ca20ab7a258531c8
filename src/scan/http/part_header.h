// The header of one part of a multipart body.
#pragma once

#include <string>
#include <string_view>

namespace tcpflow {

// What it says of its part, as it came, each at most 1 KiB; "" if it does not say.
struct PartHeader {
  std::string name;       // in the form, from Content-Disposition, as is
  std::string file_name;  // there
  std::string content_type;
  std::string transfer_encoding;
};

// Reads the lines of a header, which may be cut anywhere. Of fields that are repeated the first
// counts; lines that begin with a blank go on with the field before (RFC 5322, 2.2.3).
PartHeader parse_part_header(std::string_view text);

}  // namespace tcpflow
