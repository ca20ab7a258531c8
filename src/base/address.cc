#include "base/address.h"

#include <arpa/inet.h>

#include <cstdio>

namespace tcpflow {

std::string IpAddress::text() const {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const int family_number = family == Family::ipv4 ? AF_INET : AF_INET6;
  inet_ntop(family_number, octets.data(), text.data(), text.size());
  return text.data();
}

std::string IpAddress::padded() const {
  if (family == Family::ipv6) return text();
  std::array<char, 20> text{};
  std::snprintf(text.data(), text.size(), "%03u.%03u.%03u.%03u", octets[0], octets[1], octets[2],
                octets[3]);
  return text.data();
}

std::string MacAddress::text() const {
  std::array<char, 20> text{};
  std::snprintf(text.data(), text.size(), "%02x:%02x:%02x:%02x:%02x:%02x", octets[0], octets[1],
                octets[2], octets[3], octets[4], octets[5]);
  return text.data();
}

}  // namespace tcpflow
