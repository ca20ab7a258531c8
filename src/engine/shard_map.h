// Which shard a connection belongs to.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "base/address.h"

namespace tcpflow {

// Addresses and ports of a packet.
struct Tuple {
  const IpAddress& source;
  const IpAddress& destination;
  uint16_t source_port;
  uint16_t destination_port;
};

// Gives all packets with the same addresses and ports, in both directions and whatever tunnel they
// are in, to one shard. Connections are put together in buckets by a hash, and a bucket goes, when
// its first packet comes, to the shard that had the least to do lately: so few long flows are
// spread evenly, and many short ones anyhow. The hash has no random key, and load is counted in
// octets of packets: with the same packets and number of shards the shards are always the same.
// Owned by the reader.
class ShardMap {
 public:
  explicit ShardMap(size_t shards) : loads_(shards), buckets_(kBuckets, kNobody) {}

  // The shard of a packet of so many octets.
  size_t shard_of(const Tuple& tuple, size_t octets);

 private:
  static constexpr size_t kBuckets = size_t{1} << 16;
  static constexpr uint16_t kNobody = 0xffff;
  // Behind so many octets what was before counts half.
  static constexpr uint64_t kHalfLife = uint64_t{4} << 20;

  uint16_t least_loaded() const;
  void age();

  std::vector<uint64_t> loads_;
  uint64_t since_ageing_ = 0;
  std::vector<uint16_t> buckets_;
};

}  // namespace tcpflow
