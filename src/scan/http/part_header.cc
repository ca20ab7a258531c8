#include "scan/http/part_header.h"

#include <algorithm>

#include "scan/http/header_value.h"

namespace tcpflow {
namespace {

constexpr size_t kMostValue = 1024;

// Takes the first line from `text`, without its end.
std::string_view take_line(std::string_view& text) {
  const size_t end = std::min(text.find('\n'), text.size());
  std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

// Takes the first field, unfolded: the end of a line that is continued is left out.
std::string take_field(std::string_view& text) {
  std::string field(take_line(text));
  while (text.starts_with(' ') || text.starts_with('\t')) field += take_line(text);
  return field;
}

void set_once(std::string& value, std::string_view found) {
  if (value.empty()) value = found.substr(0, kMostValue);
}

void apply(PartHeader& header, std::string_view name, std::string_view value) {
  if (equals_ignoring_case(name, "content-disposition")) {
    set_once(header.name, parameter_of(value, "name"));
    set_once(header.file_name, file_name_of(value));
  } else if (equals_ignoring_case(name, "content-type")) {
    set_once(header.content_type, value);
  } else if (equals_ignoring_case(name, "content-transfer-encoding")) {
    set_once(header.transfer_encoding, value);
  }
}

}  // namespace

PartHeader parse_part_header(std::string_view text) {
  PartHeader header;
  while (!text.empty()) {
    const std::string field = take_field(text);
    const std::string_view all = field;
    const size_t colon = all.find(':');
    if (colon == std::string_view::npos) continue;
    apply(header, trimmed(all.substr(0, colon)), trimmed(all.substr(colon + 1)));
  }
  return header;
}

}  // namespace tcpflow
