#include "base/address.h"

#include <arpa/inet.h>

#include "base/number_text.h"

namespace tcpflow {
namespace {

// A report has several addresses for each stream, so the usual ones take no detour through printf.
std::string dotted(const std::array<uint8_t, 16>& octets, size_t width) {
  std::array<char, 4 * 20> text;
  char* end = text.data();
  for (size_t i = 0; i < 4; ++i) {
    if (i != 0) *end++ = '.';
    end = write_number(end, octets[i], width);
  }
  return {text.data(), static_cast<size_t>(end - text.data())};
}

}  // namespace

std::string IpAddress::text() const {
  if (family == Family::ipv4) return dotted(octets, 1);
  std::array<char, INET6_ADDRSTRLEN> text{};
  inet_ntop(AF_INET6, octets.data(), text.data(), text.size());
  return text.data();
}

std::string IpAddress::padded() const {
  return family == Family::ipv4 ? dotted(octets, 3) : text();
}

std::string MacAddress::text() const {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text(3 * octets.size() - 1, ':');
  for (size_t i = 0; i < octets.size(); ++i) {
    text[3 * i] = kDigits[octets[i] >> 4];
    text[3 * i + 1] = kDigits[octets[i] & 0xf];
  }
  return text;
}

}  // namespace tcpflow
