// Header values, names and request targets of any kind: what is made of them is fit to be used.
#include <string>
#include <string_view>

#include "base/code_point.h"
#include "scan/http/header_value.h"
#include "scan/http/media_type.h"
#include "scan/http/safe_name.h"
#include "tests/support/require.h"

namespace tcpflow {
namespace {

using test::require;

void check_safe(const std::string& name) {
  require(name.size() <= 100 && is_utf8(as_bytes(name)));
  require(name.find_first_of("/\\:*?\"<>|\x7f") == std::string::npos);
  for (const char c : name) require(static_cast<uint8_t>(c) >= 0x20);
  require(!name.starts_with('.') && !name.starts_with('-') && !name.starts_with(' '));
  require(!name.ends_with('.') && !name.ends_with(' '));
  require(safe_file_name(name) == name);
}

// What a list or parameter borrows lies within its value.
void check_value(std::string_view value) {
  require(trimmed(trimmed(value)) == trimmed(value));
  const auto elements = list_of(value);
  require(elements.size() <= 64);
  for (const std::string_view element : elements) {
    require(!element.empty() && element.data() >= value.data());
    require(element.data() + element.size() <= value.data() + value.size());
    require(trimmed(element) == element);
  }
  require(parameter_of(value, "boundary").size() <= value.size());
  extension_of(value);
}

// A name in quotes comes back, whatever it is.
void check_quoted(std::string_view name) {
  std::string value = "attachment; a=b; FileName=\"";
  for (const char c : name) {
    if (c == '"' || c == '\\') value += '\\';
    value += c;
  }
  value += "\"; filename=other";
  require(parameter_of(value, "filename") == name);
  require(file_name_of(value) == name);
}

}  // namespace
}  // namespace tcpflow

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace tcpflow;
  const std::string text(as_text(Bytes(data, size)));
  check_value(text);
  check_quoted(text);
  check_safe(safe_file_name(text));
  check_safe(safe_file_name(file_name_of(text)));
  check_safe(name_from_url(text));
  return 0;
}
