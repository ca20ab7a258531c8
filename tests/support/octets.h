// Owned octets and how to put numbers into them, for builders of packets and files.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string_view>
#include <vector>

#include "base/bytes.h"

namespace tcpflow::test {

using Octets = std::vector<uint8_t>;

inline Octets octets(std::string_view text) { return {text.begin(), text.end()}; }

// Not inlined: at -O3 GCC 12 sees overflows in vector::insert that cannot be.
[[gnu::noinline]] inline void put(Octets& to, Bytes bytes) {
  to.insert(to.end(), bytes.begin(), bytes.end());
}
inline void put8(Octets& to, unsigned value) { to.push_back(static_cast<uint8_t>(value)); }
inline void put_be16(Octets& to, unsigned value) {
  put8(to, value >> 8 & 0xff);
  put8(to, value & 0xff);
}
inline void put_be32(Octets& to, uint32_t value) {
  put_be16(to, value >> 16);
  put_be16(to, value & 0xffff);
}
inline void put_le16(Octets& to, unsigned value) {
  put8(to, value & 0xff);
  put8(to, value >> 8 & 0xff);
}
inline void put_le32(Octets& to, uint32_t value) {
  put_le16(to, value & 0xffff);
  put_le16(to, value >> 16);
}
inline void set_be16(Octets& in, size_t at, unsigned value) {
  in[at] = static_cast<uint8_t>(value >> 8 & 0xff);
  in[at + 1] = static_cast<uint8_t>(value & 0xff);
}

inline Octets join(std::initializer_list<Bytes> parts) {
  Octets all;
  for (const Bytes part : parts) put(all, part);
  return all;
}

}  // namespace tcpflow::test
