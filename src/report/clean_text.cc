#include "report/clean_text.h"

#include <algorithm>

#include "base/code_point.h"
#include "base/number_text.h"

namespace tcpflow {
namespace {

void append_clean(std::string& out, std::string_view text, bool has_controls) {
  const auto is_plain = [](char c) { return c >= 0x20 && c < 0x7f; };
  while (!text.empty()) {
    const auto odd = std::find_if_not(text.begin(), text.end(), is_plain);
    const auto plain = static_cast<size_t>(odd - text.begin());
    out += text.substr(0, plain);
    text.remove_prefix(plain);
    if (text.empty()) return;
    const CodePoint point = first_code_point(as_bytes(text));
    const Bytes octets = as_bytes(text).first(std::max<size_t>(point.length, 1));
    const bool may_stand = point.length > 0 && (has_controls || !is_control(point.value));
    if (may_stand) {
      out += as_text(octets);
    } else {
      append_percent(out, octets);
    }
    text.remove_prefix(octets.size());
  }
}

}  // namespace

void append_nanosecond_time(std::string& out, Timestamp time) {
  const std::string seconds = iso_seconds(time);
  out.append(seconds, 0, seconds.size() - 1).append(".");
  append_number(out, static_cast<uint64_t>(subsecond_nanos(time)), 9);
  out += 'Z';
}

void append_percent(std::string& out, Bytes octets) {
  static constexpr char kDigits[] = "0123456789ABCDEF";
  for (const uint8_t octet : octets) {
    out += '%';
    out += kDigits[octet >> 4];
    out += kDigits[octet & 0xf];
  }
}

std::string hex(Bytes octets) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (const uint8_t octet : octets) {
    text += kDigits[octet >> 4];
    text += kDigits[octet & 0xf];
  }
  return text;
}

void append_utf8(std::string& out, std::string_view text) { append_clean(out, text, true); }

void append_printable(std::string& out, std::string_view text) { append_clean(out, text, false); }

}  // namespace tcpflow
