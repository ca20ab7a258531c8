// What both directions of a connection share, and its hash.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>

#include "base/address.h"
#include "base/mix.h"
#include "decode/segment.h"

namespace tcpflow {

// The two endpoints in an order that does not depend on who sent. Plain value.
struct FlowKey {
  IpAddress low;
  IpAddress high;
  uint16_t low_port = 0;
  uint16_t high_port = 0;
  // Segment::path_key: keeps apart who uses the same private addresses in different tunnels. A hash
  // in place of the path: it is as good, and the key stays small.
  uint64_t path = 0;

  bool operator==(const FlowKey& other) const {
    return low_port == other.low_port && high_port == other.high_port && path == other.path &&
           low.family == other.low.family && low.octets == other.low.octets &&
           high.octets == other.high.octets;
  }
};

// A segment's key, and on which side of it the sender stands. `path` is the segment's, and as
// short-lived.
struct KeyedSender {
  FlowKey key;
  bool sender_is_low = false;
  const Encapsulation* path = nullptr;
};

KeyedSender key_of(const Segment& segment);

// An IPv4 address in four octets, as in memory.
inline uint32_t octets_of_ipv4(const IpAddress& address) {
  uint32_t octets = 0;
  std::memcpy(&octets, address.octets.data(), sizeof octets);
  return octets;
}
inline IpAddress ipv4_of(uint32_t octets) {
  IpAddress address;
  std::memcpy(address.octets.data(), &octets, sizeof octets);
  return address;
}

// Hashes keys with secrets made of a seed of the run, so that a sender cannot aim at one bucket:
// both factors of each multiplication hold one. Quality: every input bit moves about half of the
// output bits (two rounds of 128-bit multiply-and-fold). Plain value.
class KeyHasher {
 public:
  explicit KeyHasher(uint64_t seed);
  uint64_t operator()(const FlowKey& key) const {
    const uint8_t* low = key.low.octets.data();
    const uint8_t* high = key.high.octets.data();
    const uint64_t ports = uint64_t{key.low_port} << 32 | uint64_t{key.high_port} << 8 |
                           static_cast<uint64_t>(key.low.family);
    uint64_t h = mix64(load_host64(low) ^ secrets_[0], load_host64(high) ^ secrets_[1]);
    if (key.low.family == Family::ipv6) {
      h ^= mix64(load_host64(low + 8) ^ secrets_[2], load_host64(high + 8) ^ secrets_[3]);
    }
    return mix64(h ^ ports ^ key.path ^ secrets_[4], secrets_[5]);
  }

 private:
  std::array<uint64_t, 6> secrets_;
};

}  // namespace tcpflow
