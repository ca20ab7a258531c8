#include "scan/http/header_value.h"

#include <algorithm>

#include "base/bytes.h"
#include "base/code_point.h"
#include "scan/http/percent_decoding.h"

namespace tcpflow {
namespace {

constexpr size_t kMostElements = 64;
constexpr std::string_view kBlanks = " \t";

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

// Where the quoted string that `text` begins with is over: behind its closing quote.
size_t quoted_length(std::string_view text) {
  for (size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == '"') {
      return i + 1;
    }
  }
  return text.size();
}

// Where `separator` stands in `text` outside of quotes; the size of `text` if it does not.
size_t find_unquoted(std::string_view text, char separator) {
  size_t at = 0;
  while (at < text.size() && text[at] != separator) {
    at += text[at] == '"' ? quoted_length(text.substr(at)) : 1;
  }
  return at;
}

// What stands in `text`, which begins with a quote.
std::string unquoted(std::string_view text) {
  std::string plain;
  for (size_t i = 1; i < text.size() && text[i] != '"'; ++i) {
    const bool is_escape =
        text[i] == '\\' && i + 1 < text.size() && (text[i + 1] == '"' || text[i + 1] == '\\');
    if (is_escape) ++i;
    plain += text[i];
  }
  return plain;
}

// A parameter, and what follows it.
struct Parameter {
  std::string_view name;
  std::string_view value;  // with its quotes
  std::string_view rest;
};

// Reads up to the first ';'. A quote matters only where a value begins: some senders have single
// ones in values without quotes.
Parameter first_parameter(std::string_view text) {
  const size_t name_end = std::min(text.find_first_of("=;"), text.size());
  Parameter found{trimmed(text.substr(0, name_end)), {}, {}};
  text.remove_prefix(name_end);
  if (text.starts_with('=')) {
    text.remove_prefix(1);
    text.remove_prefix(std::min(text.find_first_not_of(kBlanks), text.size()));
    const size_t quoted = text.starts_with('"') ? quoted_length(text) : 0;
    const size_t end = std::min(text.find(';', quoted), text.size());
    found.value = quoted > 0 ? text.substr(0, quoted) : trimmed(text.substr(0, end));
    text.remove_prefix(end);
  }
  if (!text.empty()) found.rest = text.substr(1);
  return found;
}

std::string latin1_to_utf8(std::string_view text) {
  std::string converted;
  for (const uint8_t octet : as_bytes(text)) {
    if (octet < 0x80) {
      converted += static_cast<char>(octet);
      continue;
    }
    converted += static_cast<char>(0xc0 | octet >> 6);
    converted += static_cast<char>(0x80 | (octet & 0x3f));
  }
  return converted;
}

// RFC 8187, 3.2: charset'language'text. "" if it is not understood.
std::string extended_value(std::string_view value) {
  const size_t charset_end = value.find('\'');
  if (charset_end == std::string_view::npos) return {};
  const size_t language_end = value.find('\'', charset_end + 1);
  if (language_end == std::string_view::npos) return {};
  const std::string_view charset = value.substr(0, charset_end);
  std::string text = percent_decoded(value.substr(language_end + 1));
  if (equals_ignoring_case(charset, "iso-8859-1")) return latin1_to_utf8(text);
  if (!equals_ignoring_case(charset, "utf-8") || !is_utf8(as_bytes(text))) return {};
  return text;
}

}  // namespace

std::string_view trimmed(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(kBlanks), text.size()));
  return text.substr(0, text.find_last_not_of(kBlanks) + 1);
}

bool equals_ignoring_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

std::string lower_case(std::string_view text) {
  std::string lowered(text);
  std::transform(lowered.begin(), lowered.end(), lowered.begin(), lower);
  return lowered;
}

std::vector<std::string_view> list_of(std::string_view value) {
  std::vector<std::string_view> elements;
  while (!value.empty() && elements.size() < kMostElements) {
    const size_t end = find_unquoted(value, ',');
    const std::string_view element = trimmed(value.substr(0, end));
    if (!element.empty()) elements.push_back(element);
    value.remove_prefix(std::min(end + 1, value.size()));
  }
  return elements;
}

std::string parameter_of(std::string_view value, std::string_view name) {
  // What comes first is no parameter, but a value of which it was forgotten still has a name.
  while (!value.empty()) {
    const Parameter found = first_parameter(value);
    value = found.rest;
    if (!equals_ignoring_case(found.name, name)) continue;
    return found.value.starts_with('"') ? unquoted(found.value) : std::string(found.value);
  }
  return {};
}

std::string file_name_of(std::string_view content_disposition) {
  std::string name = extended_value(parameter_of(content_disposition, "filename*"));
  return name.empty() ? parameter_of(content_disposition, "filename") : name;
}

}  // namespace tcpflow
