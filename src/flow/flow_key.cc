#include "flow/flow_key.h"

namespace tcpflow {
namespace {

uint64_t load64(const uint8_t* p) {
  uint64_t value = 0;
  std::memcpy(&value, p, sizeof value);
  return value;
}

// Multiplies to 128 bits and folds the halves together.
uint64_t mix(uint64_t a, uint64_t b) {
  const unsigned __int128 product = static_cast<unsigned __int128>(a) * b;
  return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
}

// The next number of a sequence without a visible pattern (splitmix64).
uint64_t next_secret(uint64_t& state) {
  state += 0x9e3779b97f4a7c15;
  uint64_t z = state;
  z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
  z = (z ^ z >> 27) * 0x94d049bb133111eb;
  return z ^ z >> 31;
}

}  // namespace

KeyedSender key_of(const Segment& segment) {
  const int order = std::memcmp(segment.source.octets.data(), segment.destination.octets.data(),
                                segment.source.octets.size());
  const bool low = order < 0 || (order == 0 && segment.source_port <= segment.destination_port);
  if (low) {
    return {{segment.source, segment.destination, segment.source_port, segment.destination_port},
            true};
  }
  return {{segment.destination, segment.source, segment.destination_port, segment.source_port},
          false};
}

KeyHasher::KeyHasher(uint64_t seed) {
  for (uint64_t& secret : secrets_) secret = next_secret(seed);
}

uint64_t KeyHasher::operator()(const FlowKey& key) const {
  const uint8_t* low = key.low.octets.data();
  const uint8_t* high = key.high.octets.data();
  const uint64_t ports = uint64_t{key.low_port} << 32 | uint64_t{key.high_port} << 8 |
                         static_cast<uint64_t>(key.low.family);
  uint64_t h = mix(load64(low) ^ secrets_[0], load64(high) ^ secrets_[1]);
  if (key.low.family == Family::ipv6) {
    h ^= mix(load64(low + 8) ^ secrets_[2], load64(high + 8) ^ secrets_[3]);
  }
  return mix(h ^ ports ^ secrets_[4], secrets_[5]);
}

}  // namespace tcpflow
