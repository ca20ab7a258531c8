#include "output/console_format.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace tcpflow {
namespace {

constexpr char kHexDigits[] = "0123456789abcdef";
constexpr size_t kBytesPerLine = 32;
constexpr size_t kHexWidth = kBytesPerLine * 2 + kBytesPerLine / 2;
constexpr int kLeastOffsetDigits = 4;

constexpr bool is_printable(uint8_t octet) { return octet >= 0x20 && octet <= 0x7e; }

using Glyphs = std::array<char, 256>;

constexpr Glyphs make_glyphs(bool keep_line_ends) {
  Glyphs glyphs{};
  for (size_t i = 0; i < glyphs.size(); ++i) {
    const bool kept = is_printable(static_cast<uint8_t>(i)) ||
                      (keep_line_ends && (i == size_t{'\n'} || i == size_t{'\r'}));
    glyphs[i] = kept ? static_cast<char>(i) : '.';
  }
  return glyphs;
}
constexpr Glyphs kTextGlyphs = make_glyphs(true);
constexpr Glyphs kDumpGlyphs = make_glyphs(false);

void append_glyphs(std::string& out, Bytes bytes, const Glyphs& glyphs) {
  const size_t start = out.size();
  out.resize(start + bytes.size());
  std::transform(bytes.begin(), bytes.end(), out.begin() + static_cast<std::ptrdiff_t>(start),
                 [&](uint8_t octet) { return glyphs[octet]; });
}

void append_offset(std::string& out, size_t offset) {
  int digits = kLeastOffsetDigits;
  while (offset >> (4 * digits) != 0) ++digits;
  for (int i = digits - 1; i >= 0; --i) out += kHexDigits[offset >> (4 * i) & 0xf];
  out += ": ";
}

// A byte as a JSON number with a comma behind it; 4 characters are copied, `length` of them count.
struct Decimal {
  std::array<char, 4> text{};
  uint8_t length = 0;
};

constexpr std::array<Decimal, 256> make_decimals() {
  std::array<Decimal, 256> decimals{};
  for (unsigned value = 0; value < 256; ++value) {
    Decimal& decimal = decimals[value];
    if (value >= 100) decimal.text[decimal.length++] = static_cast<char>('0' + value / 100);
    if (value >= 10) decimal.text[decimal.length++] = static_cast<char>('0' + value / 10 % 10);
    decimal.text[decimal.length++] = static_cast<char>('0' + value % 10);
    decimal.text[decimal.length++] = ',';
  }
  return decimals;
}
constexpr std::array<Decimal, 256> kDecimals = make_decimals();

// The object up to its last value.
std::string json_tuple(const HalfInfo& half) {
  const char* const protocol = half.transport == Transport::udp ? ",\"protocol\":\"udp\"" : "";
  return "{\"src_host\":\"" + half.source.text() +
         "\",\"src_port\":" + std::to_string(half.source_port) + ",\"dst_host\":\"" +
         half.destination.text() + "\",\"dst_port\":" + std::to_string(half.destination_port) +
         protocol;
}

}  // namespace

void append_stripped(std::string& out, Bytes bytes) { append_glyphs(out, bytes, kTextGlyphs); }

void append_hex_dump(std::string& out, Bytes bytes) {
  for (size_t offset = 0; offset < bytes.size(); offset += kBytesPerLine) {
    const Bytes line = bytes.subspan(offset, std::min(kBytesPerLine, bytes.size() - offset));
    append_offset(out, offset);
    const size_t hex_start = out.size();
    for (size_t i = 0; i < line.size(); ++i) {
      out += kHexDigits[line[i] >> 4];
      out += kHexDigits[line[i] & 0xf];
      if (i % 2 == 1) out += ' ';
    }
    // A short line is padded to the full one above it; a line that stands alone is not.
    if (offset != 0) out.resize(hex_start + kHexWidth, ' ');
    out += ' ';
    append_glyphs(out, line, kDumpGlyphs);
    out += '\n';
  }
}

std::string json_head(const HalfInfo& half) { return json_tuple(half).append(",\"payload\": "); }

std::string json_gap(const HalfInfo& half, uint64_t length) {
  return json_tuple(half).append(",\"gap\": ").append(std::to_string(length)).append("}");
}

void append_json_payload(std::string& out, Bytes bytes) {
  const size_t start = out.size();
  out.resize(start + 4 * bytes.size() + 3);
  char* at = out.data() + start;
  *at++ = '[';
  for (const uint8_t octet : bytes) {
    const Decimal& decimal = kDecimals[octet];
    std::memcpy(at, decimal.text.data(), decimal.text.size());
    at += decimal.length;
  }
  if (!bytes.empty()) --at;  // no comma behind the last
  *at++ = ']';
  *at++ = '}';
  out.resize(static_cast<size_t>(at - out.data()));
}

}  // namespace tcpflow
