#include "scan/http/screen_text.h"

#include <algorithm>
#include <array>

#include "scan/http/header_value.h"

namespace tcpflow {
namespace {

constexpr size_t kLongest = 100;
constexpr std::string_view kPlain = "text/plain";
constexpr std::string_view kAnything = "application/octet-stream";

constexpr std::array<std::string_view, 14> kTexts = {"application/json",
                                                     "application/javascript",
                                                     "application/x-javascript",
                                                     "application/ecmascript",
                                                     "application/xml",
                                                     "application/xml-dtd",
                                                     "application/x-www-form-urlencoded",
                                                     "application/graphql",
                                                     "application/sql",
                                                     "application/toml",
                                                     "application/yaml",
                                                     "application/x-yaml",
                                                     "application/x-ndjson",
                                                     "application/x-sh"};
constexpr std::array<std::string_view, 3> kTextEndings = {"+json", "+xml", "+yaml"};
// What begins like text and is none.
constexpr std::array<std::string_view, 1> kOthers = {"application/pdf"};
constexpr std::array<std::string_view, 5> kOtherKinds = {"image/", "audio/", "video/", "font/",
                                                         "model/"};

template <size_t N>
bool is_one_of(const std::array<std::string_view, N>& all, std::string_view type) {
  return std::find(all.begin(), all.end(), type) != all.end();
}

bool is_text_octet(char c) {
  const auto octet = static_cast<unsigned char>(c);
  return octet >= 0x20 ? octet != 0x7f : c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

}  // namespace

std::string shown_type(std::string_view value) {
  std::string type = lower_case(trimmed(value.substr(0, value.find(';'))));
  if (type.size() > kLongest) type.resize(kLongest);
  for (char& c : type) {
    if (c <= ' ' || c > '~' || c == '[' || c == ']') c = '.';
  }
  return type;
}

std::optional<bool> is_text_type(std::string_view type) {
  if (!says_much(type)) return std::nullopt;
  if (type.starts_with("text/") || is_one_of(kTexts, type)) return true;
  for (const std::string_view ending : kTextEndings) {
    if (type.ends_with(ending)) return true;
  }
  if (is_one_of(kOthers, type)) return false;
  for (const std::string_view kind : kOtherKinds) {
    if (type.starts_with(kind)) return false;
  }
  return std::nullopt;
}

bool says_much(std::string_view type) {
  return !type.empty() && type != kPlain && type != kAnything;
}

bool looks_like_text(std::string_view first) {
  return std::all_of(first.begin(), first.end(), is_text_octet) && !first.starts_with("%PDF-");
}

std::string grouped_number(uint64_t number) {
  const std::string digits = std::to_string(number);
  std::string text;
  for (size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) text += ',';
    text += digits[i];
  }
  return text;
}

}  // namespace tcpflow
