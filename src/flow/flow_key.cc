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

// Odd constants with evenly spread bits (digits of the golden ratio and of pi).
constexpr uint64_t kGolden = 0x9e3779b97f4a7c15;
constexpr uint64_t kPi = 0x243f6a8885a308d3;

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

uint64_t hash_of(const FlowKey& key, uint64_t seed) {
  const uint64_t ports = uint64_t{key.low_port} << 32 | uint64_t{key.high_port} << 8 |
                         static_cast<uint64_t>(key.low.family);
  uint64_t h = mix(load64(key.low.octets.data()) ^ seed, load64(key.high.octets.data()) ^ kGolden);
  if (key.low.family == Family::ipv6) {
    h ^= mix(load64(key.low.octets.data() + 8) ^ kPi, load64(key.high.octets.data() + 8) ^ seed);
  }
  return mix(h ^ ports, seed ^ kGolden);
}

}  // namespace tcpflow
