#include "engine/shard_map.h"

#include <algorithm>

#include "base/mix.h"

namespace tcpflow {
namespace {

// What a packet costs besides its octets, in octets.
constexpr size_t kPerPacket = 200;

uint64_t hash_of(const IpAddress& address, uint16_t port) {
  constexpr uint64_t kA = 0x9e3779b97f4a7c15;
  constexpr uint64_t kB = 0xbf58476d1ce4e5b9;
  const uint64_t high = load_host64(address.octets.data());
  const uint64_t low = load_host64(address.octets.data() + 8);
  return mix64(mix64(high ^ kA, low ^ kB) ^ port, kB);
}

// The same for both directions.
uint64_t hash_of(const Tuple& tuple) {
  constexpr uint64_t kC = 0x94d049bb133111eb;
  const uint64_t sum =
      hash_of(tuple.source, tuple.source_port) + hash_of(tuple.destination, tuple.destination_port);
  return mix64(sum, kC);
}

}  // namespace

size_t ShardMap::shard_of(const Tuple& tuple, size_t octets) {
  uint16_t& shard = buckets_[hash_of(tuple) % kBuckets];
  if (shard == kNobody) shard = least_loaded();
  const size_t cost = octets + kPerPacket;
  loads_[shard] += cost;
  since_ageing_ += cost;
  if (since_ageing_ >= kHalfLife) age();
  return shard;
}

uint16_t ShardMap::least_loaded() const {
  const auto least = std::min_element(loads_.begin(), loads_.end());
  return static_cast<uint16_t>(least - loads_.begin());
}

void ShardMap::age() {
  since_ageing_ = 0;
  for (uint64_t& load : loads_) load /= 2;
}

}  // namespace tcpflow
