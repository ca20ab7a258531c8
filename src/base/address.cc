#include "base/address.h"

#include <arpa/inet.h>

#include <array>
#include <cstring>

#include "base/number_text.h"

namespace tcpflow {
namespace {

// A report has several addresses for each stream, so the usual ones take no detour through printf.
char* write_dotted(char* at, const std::array<uint8_t, 16>& octets, size_t width) {
  for (size_t i = 0; i < 4; ++i) {
    if (i != 0) *at++ = '.';
    at = write_number(at, octets[i], width);
  }
  return at;
}

// With room for what write_number() asks for behind the longest address.
using AddressText = std::array<char, INET6_ADDRSTRLEN + 20>;

std::string text_to(const AddressText& text, const char* end) {
  return {text.data(), static_cast<size_t>(end - text.data())};
}

}  // namespace

char* IpAddress::write(char* at) const {
  if (family == Family::ipv4) return write_dotted(at, octets, 1);
  inet_ntop(AF_INET6, octets.data(), at, INET6_ADDRSTRLEN);
  return at + std::strlen(at);
}

std::string IpAddress::text() const {
  AddressText text;
  return text_to(text, write(text.data()));
}

std::string IpAddress::padded() const {
  if (family == Family::ipv6) return text();
  AddressText text;
  return text_to(text, write_dotted(text.data(), octets, 3));
}

char* MacAddress::write(char* at) const {
  static constexpr char kDigits[] = "0123456789abcdef";
  for (size_t i = 0; i < octets.size(); ++i) {
    if (i != 0) *at++ = ':';
    *at++ = kDigits[octets[i] >> 4];
    *at++ = kDigits[octets[i] & 0xf];
  }
  return at;
}

std::string MacAddress::text() const {
  std::string text(3 * octets.size() - 1, ':');
  write(text.data());
  return text;
}

}  // namespace tcpflow
