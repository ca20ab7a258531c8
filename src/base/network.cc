#include "base/network.h"

#include <arpa/inet.h>

#include <charconv>

namespace tcpflow {
namespace {

bool read_address(const std::string& text, IpAddress& address) {
  const bool is_ipv6 = text.find(':') != std::string::npos;
  address.family = is_ipv6 ? Family::ipv6 : Family::ipv4;
  const int family = is_ipv6 ? AF_INET6 : AF_INET;
  return ::inet_pton(family, text.c_str(), address.octets.data()) == 1;
}

bool read_prefix(std::string_view text, uint8_t most, uint8_t& prefix) {
  const char* const end = text.data() + text.size();
  const auto [stopped, fault] = std::from_chars(text.data(), end, prefix);
  return !text.empty() && fault == std::errc() && stopped == end && prefix <= most;
}

// Bit `at` of an octet, the highest first, and those behind it.
uint8_t bits_from(unsigned at) { return static_cast<uint8_t>(0xff >> at); }

}  // namespace

Result<IpNetwork> IpNetwork::parse(const std::string& text) {
  const size_t slash = text.find('/');
  IpNetwork network;
  if (!read_address(text.substr(0, slash), network.address)) {
    return Error{"'" + text + "' is no network such as 10.0.0.0/8 or 2001:db8::/32"};
  }
  const uint8_t most = network.address.family == Family::ipv4 ? 32 : 128;
  network.prefix = most;
  const std::string_view rest = std::string_view(text).substr(std::min(slash, text.size()));
  if (!rest.empty() && !read_prefix(rest.substr(1), most, network.prefix)) {
    return Error{"the prefix of '" + text + "' must be a number from 0 to " + std::to_string(most)};
  }
  IpAddress& address = network.address;
  const IpAddress given = address;
  for (unsigned i = network.prefix / 8u; i < most / 8u; ++i) {
    const unsigned kept_bits = i == network.prefix / 8u ? network.prefix % 8u : 0;
    address.octets[i] &= static_cast<uint8_t>(~bits_from(kept_bits));
  }
  if (address == given) return network;
  return Error{"'" + text + "' has bits behind its prefix; the network is " + address.text() + "/" +
               std::to_string(network.prefix)};
}

bool IpNetwork::contains(const IpAddress& other) const {
  if (other.family != address.family) return false;
  const size_t whole = prefix / 8u;
  if (!std::equal(address.octets.begin(), address.octets.begin() + static_cast<ptrdiff_t>(whole),
                  other.octets.begin())) {
    return false;
  }
  const unsigned rest = prefix % 8u;
  if (rest == 0) return true;
  return (address.octets[whole] ^ other.octets[whole]) <= bits_from(rest);
}

}  // namespace tcpflow
