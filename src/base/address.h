// Addresses of hosts: IP (both families) and MAC. Plain values in network order, made from octets
// whose number the caller has checked (4, 16 and 6).
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <string>

#include "base/bytes.h"

namespace tcpflow {

// The numbers are those of the version field of IP, no AF_ numbers, which differ by platform.
enum class Family : uint8_t { ipv4 = 4, ipv6 = 6 };

// An IP address by value. IPv4 uses the first four octets, the rest is 0, so that addresses compare
// as wholes; the order is that of the octets, then IPv4 before IPv6. An IPv4 address that IPv6
// wraps (::ffff:10.1.2.3) stays IPv6.
struct IpAddress {
  std::array<uint8_t, 16> octets{};
  Family family = Family::ipv4;

  static IpAddress v4(const uint8_t* p) {
    IpAddress a;
    std::memcpy(a.octets.data(), p, 4);
    return a;
  }
  static IpAddress v6(const uint8_t* p) {
    IpAddress a;
    std::memcpy(a.octets.data(), p, 16);
    a.family = Family::ipv6;
    return a;
  }
  auto operator<=>(const IpAddress&) const = default;
  // "10.1.2.3", or as inet_ntop writes IPv6 (RFC 5952): "2001:db8::c".
  std::string text() const;
  // The same to `at`, where 64 octets must be free; returns where it ends.
  char* write(char* at) const;
  // As file names have it: IPv4 zero-padded "010.001.002.003", IPv6 as text().
  std::string padded() const;
};

// An EUI-48 (IEEE 802), octets in the order of the wire. All zeros: none is known.
struct MacAddress {
  std::array<uint8_t, 6> octets{};

  static MacAddress from(const uint8_t* p) {
    MacAddress m;
    std::memcpy(m.octets.data(), p, 6);
    return m;
  }
  auto operator<=>(const MacAddress&) const = default;
  bool is_zero() const { return *this == MacAddress{}; }
  // "02:00:00:00:00:0c"
  std::string text() const;
  // The same to `at`, where 17 octets must be free; returns where it ends.
  char* write(char* at) const;
};

}  // namespace tcpflow
