// The building blocks of keyed hashes.
#pragma once

#include <cstdint>
#include <cstring>

namespace tcpflow {

// Multiplies to 128 bits and folds the halves together. Both factors must hold a secret: one that a
// sender can make 0 wipes out the other.
inline uint64_t mix64(uint64_t a, uint64_t b) {
  const unsigned __int128 product = static_cast<unsigned __int128>(a) * b;
  return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
}

// The next number of a sequence without a visible pattern (splitmix64).
inline uint64_t next_secret(uint64_t& state) {
  state += 0x9e3779b97f4a7c15;
  uint64_t z = state;
  z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
  z = (z ^ z >> 27) * 0x94d049bb133111eb;
  return z ^ z >> 31;
}

// Eight octets in the order of the host: for hashes, which never leave it.
inline uint64_t load_host64(const uint8_t* p) {
  uint64_t value = 0;
  std::memcpy(&value, p, sizeof value);
  return value;
}

}  // namespace tcpflow
