#include "scan/http/head_mender.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <vector>

#include "scan/http/header_value.h"
#include "scan/http/start_line.h"

namespace tcpflow {
namespace {

constexpr std::string_view kLineEnds = "\r\n";
constexpr std::string_view kVersion = "HTTP/";
constexpr std::string_view kDigits = "0123456789";
constexpr std::string_view kUsualStatus = "200";
// A body of it goes by Content-Length, as that of any other method.
constexpr std::string_view kStandIn = "POST";

bool is_blank_or_control(char c) {
  const auto octet = static_cast<unsigned char>(c);
  return octet <= 0x20 || octet == 0x7f;
}

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_token_octet(char c) {
  constexpr std::string_view kOthers = "!#$%&'*+-.^_`|~";
  return is_letter_or_digit(c) || kOthers.find(c) != std::string_view::npos;
}

std::string_view stripped(std::string_view text) {
  while (!text.empty() && is_blank_or_control(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank_or_control(text.back())) text.remove_suffix(1);
  return text;
}

std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  for (size_t at = 0; at < line.size();) {
    const size_t end = std::min(line.find_first_of(" \t", at), line.size());
    if (end > at) words.push_back(line.substr(at, end - at));
    at = end + 1;
  }
  return words;
}

std::string mended_status_line(std::string_view line) {
  std::string_view status = kUsualStatus;
  for (const std::string_view word : words_of(line)) {
    const bool is_number = word.size() == 3 && word.find_first_not_of(kDigits) == std::string::npos;
    if (is_number) status = word;
    if (is_number) break;
  }
  std::string mended = "HTTP/1.1 ";
  return mended.append(status).append(" \r\n");
}

// What stands in no URL, as a browser would have sent it.
void append_target(std::string& out, std::string_view word) {
  constexpr char kHex[] = "0123456789ABCDEF";
  for (const char c : word) {
    const auto octet = static_cast<uint8_t>(c);
    if (octet > 0x20 && octet < 0x7f) {
      out += c;
    } else {
      out.append({'%', kHex[octet >> 4], kHex[octet & 0xf]});
    }
  }
}

std::optional<MendedHead> mended_request_line(std::string_view line) {
  std::vector<std::string_view> words = words_of(line);
  const bool has_version = !words.empty() && words.back().starts_with(kVersion);
  if (has_version) words.pop_back();
  if (words.size() < 2) return std::nullopt;
  MendedHead mended;
  const std::string_view method = words[0];
  const bool is_own = has_version && !is_http_method(method) && method.size() <= kMostOwnMethod &&
                      std::all_of(method.begin(), method.end(), is_token_octet);
  if (is_own) mended.method = method;
  mended.text.append(is_own ? kStandIn : method).append(" ");
  append_target(mended.text, words[1]);
  for (size_t i = 2; i < words.size(); ++i) append_target(mended.text.append("%20"), words[i]);
  mended.text.append(" HTTP/1.1\r\n");
  return mended;
}

struct Field {
  std::string name;
  std::string value;
};

// The number that a value begins with, if a blank follows it or nothing, or only the same again, as
// who merges fields writes it (RFC 9110, 8.6). Empty: there is none, or none that can be.
std::string leading_number(std::string_view value) {
  const std::string_view number =
      value.substr(0, std::min(value.find_first_not_of(kDigits), value.size()));
  uint64_t length = 0;
  const char* const end = number.data() + number.size();
  if (std::from_chars(number.data(), end, length).ec != std::errc()) return {};
  if (number.size() == value.size() || value[number.size()] == ' ') return std::string(number);
  for (std::string_view rest = value.substr(number.size()); !rest.empty();) {
    if (rest.front() != ',') return {};
    rest.remove_prefix(1);
    const size_t comma = std::min(rest.find(','), rest.size());
    if (trimmed(rest.substr(0, comma)) != number) return {};
    rest.remove_prefix(comma);
  }
  return std::string(number);
}

class FieldList {
 public:
  void add_line(std::string_view line) {
    const std::string_view text = stripped(line);
    if (text.empty()) return;
    if (line.front() == ' ' || line.front() == '\t') return add_to_last(text);
    const size_t colon = line.find(':');
    const std::string_view name = line.substr(0, std::min(colon, line.size()));
    const bool is_name = !name.empty() && std::all_of(name.begin(), name.end(), is_token_octet);
    is_last_kept_ = colon != std::string_view::npos && is_name;
    if (is_last_kept_) {
      fields_.push_back({std::string(name), std::string(stripped(line.substr(colon + 1)))});
    }
  }

  std::string text() {
    std::string text;
    bool has_length = false;
    for (Field& field : fields_) {
      const bool is_length = equals_ignoring_case(field.name, "content-length");
      if (is_length) field.value = leading_number(field.value);
      if (is_length && (has_length || field.value.empty())) continue;
      has_length = has_length || is_length;
      std::replace_if(field.value.begin(), field.value.end(), is_blank_or_control, ' ');
      text.append(field.name).append(": ").append(field.value).append("\r\n");
    }
    return text;
  }

 private:
  void add_to_last(std::string_view text) {
    if (is_last_kept_) fields_.back().value.append(" ").append(text);
  }

  std::vector<Field> fields_;
  bool is_last_kept_ = false;
};

std::string_view without_line_ends(std::string_view text) {
  return text.substr(std::min(text.find_first_not_of(kLineEnds), text.size()));
}

}  // namespace

std::optional<size_t> head_end(std::string_view text, HeadScan& scan) {
  // Line ends in front of a start line belong to nothing.
  if (scan.line == 0 && scan.seen == 0) {
    const std::string_view begun = without_line_ends(text);
    if (begun.empty()) return std::nullopt;
    scan.line = scan.seen = text.size() - begun.size();
  }
  while (true) {
    const size_t newline = text.find('\n', scan.seen);
    if (newline == std::string_view::npos) {
      scan.seen = text.size();
      return std::nullopt;
    }
    const std::string_view line = text.substr(scan.line, newline - scan.line);
    scan.line = scan.seen = newline + 1;
    if (line.find_first_not_of('\r') == std::string_view::npos) return scan.line;
  }
}

bool may_be_head(std::string_view text, bool is_response) {
  text = without_line_ends(text);
  if (is_response) return text.starts_with(kVersion);
  return !text.empty() && text.front() >= 'A' && text.front() <= 'Z';
}

std::optional<MendedHead> mended_head(std::string_view head, bool is_response) {
  std::string_view rest = without_line_ends(head);
  FieldList fields;
  std::optional<MendedHead> mended;
  while (!rest.empty()) {
    const size_t end = std::min(rest.find_first_of(kLineEnds), rest.size());
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (mended) {
      fields.add_line(line);
      continue;
    }
    mended = is_response ? MendedHead{mended_status_line(line), {}} : mended_request_line(line);
    if (!mended) return std::nullopt;
  }
  if (mended) mended->text.append(fields.text()).append("\r\n");
  return mended;
}

bool is_identity(std::string_view transfer_encoding) {
  while (!transfer_encoding.empty()) {
    const size_t end = std::min(transfer_encoding.find(','), transfer_encoding.size());
    const std::string_view name = trimmed(transfer_encoding.substr(0, end));
    if (!name.empty() && !equals_ignoring_case(name, "identity")) return false;
    transfer_encoding.remove_prefix(std::min(end + 1, transfer_encoding.size()));
  }
  return true;
}

bool names_chunked(std::string_view transfer_encoding) {
  while (!transfer_encoding.empty()) {
    const size_t end = std::min(transfer_encoding.find_first_of(",;"), transfer_encoding.size());
    if (equals_ignoring_case(trimmed(transfer_encoding.substr(0, end)), "chunked")) return true;
    transfer_encoding.remove_prefix(std::min(end + 1, transfer_encoding.size()));
  }
  return false;
}

std::optional<uint64_t> mended_chunk_size(std::string_view line) {
  line = stripped(line);
  uint64_t size = 0;
  const auto [end, code] = std::from_chars(line.data(), line.data() + line.size(), size, 16);
  if (code != std::errc() || size > INT64_MAX) return std::nullopt;
  // "0x5" is no 0, which would be the end.
  const bool goes_on = end != line.data() + line.size() && is_letter_or_digit(*end);
  return goes_on ? std::nullopt : std::optional(size);
}

}  // namespace tcpflow
