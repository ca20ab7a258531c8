#include "flow/flow_key.h"

#include "base/mix.h"

namespace tcpflow {

KeyedSender key_of(const Segment& segment) {
  const int order = std::memcmp(segment.source.octets.data(), segment.destination.octets.data(),
                                segment.source.octets.size());
  const bool low = order < 0 || (order == 0 && segment.source_port <= segment.destination_port);
  if (low) {
    return {{segment.source, segment.destination, segment.source_port, segment.destination_port,
             segment.path_key},
            true,
            segment.path};
  }
  return {{segment.destination, segment.source, segment.destination_port, segment.source_port,
           segment.path_key},
          false,
          segment.path};
}

KeyHasher::KeyHasher(uint64_t seed) {
  for (uint64_t& secret : secrets_) secret = next_secret(seed);
}

uint64_t KeyHasher::operator()(const FlowKey& key) const {
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

}  // namespace tcpflow
