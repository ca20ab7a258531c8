#include "scan/http/safe_name.h"

#include <algorithm>

#include "base/bytes.h"
#include "base/code_point.h"
#include "scan/http/percent_decoding.h"

namespace tcpflow {
namespace {

constexpr size_t kMostOctets = 100;
constexpr size_t kMostExtension = 13;  // with its dot

// Those that turn around what is beside them, which hides an extension within the name, included.
bool is_unfit(uint32_t value) { return value == 0xfeff || is_control(value); }

constexpr bool is_reserved(uint32_t value) {
  // To file systems, and then to shells; only blanks and parentheses are too usual to be lost.
  constexpr std::string_view kReserved = "/\\:*?\"<>|$`;&'!#{}[]~^";
  return value < 0x80 && kReserved.find(static_cast<char>(value)) != std::string_view::npos;
}

std::string_view last_component(std::string_view path) {
  const size_t separator = path.find_last_of("/\\");
  return separator == std::string_view::npos ? path : path.substr(separator + 1);
}

std::string with_replacements(std::string_view name) {
  std::string safe;
  Bytes rest = as_bytes(name);
  while (!rest.empty()) {
    const CodePoint point = first_code_point(rest);
    const size_t length = std::max<size_t>(point.length, 1);
    const bool is_bad = point.length == 0 || is_unfit(point.value) || is_reserved(point.value);
    safe += is_bad ? std::string_view("_") : as_text(rest.first(length));
    rest = rest.subspan(length);
  }
  return safe;
}

std::string_view without_odd_ends(std::string_view name) {
  name.remove_prefix(std::min(name.find_first_not_of(".- "), name.size()));
  return name.substr(0, name.find_last_not_of(". ") + 1);
}

// At most `size` octets of `text`, which is UTF-8, and no half character.
std::string_view cut_at_character(std::string_view text, size_t size) {
  if (text.size() <= size) return text;
  while (size > 0 && (static_cast<uint8_t>(text[size]) & 0xc0) == 0x80) --size;
  return text.substr(0, size);
}

std::string shortened(std::string_view name) {
  if (name.size() <= kMostOctets) return std::string(name);
  const size_t dot = name.rfind('.');
  const bool has_extension = dot != std::string_view::npos && name.size() - dot <= kMostExtension;
  const std::string_view extension = has_extension ? name.substr(dot) : std::string_view();
  const std::string_view stem = name.substr(0, name.size() - extension.size());
  std::string cut(without_odd_ends(cut_at_character(stem, kMostOctets - extension.size())));
  return cut.append(extension);
}

// What follows scheme and authority; "" of a target that has no path.
std::string_view path_of(std::string_view target) {
  target = target.substr(0, target.find_first_of("?#"));
  if (target.starts_with('/')) return target;
  const size_t authority = target.find("://");
  if (authority == std::string_view::npos) return {};
  const size_t path = target.find('/', authority + 3);
  return path == std::string_view::npos ? std::string_view() : target.substr(path);
}

}  // namespace

std::string safe_file_name(std::string_view name) {
  const std::string safe = with_replacements(last_component(name));
  return shortened(without_odd_ends(safe));
}

std::string name_from_url(std::string_view target) {
  const std::string_view path = path_of(target);
  return safe_file_name(percent_decoded(path.substr(path.rfind('/') + 1)));
}

}  // namespace tcpflow
