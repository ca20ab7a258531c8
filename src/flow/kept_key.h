// The key of a flow as the flow keeps it.
#pragma once

#include <cstdint>
#include <memory>

#include "flow/flow_key.h"

namespace tcpflow {

// Addresses and ports in 12 octets for IPv4 outside tunnels, which most flows are; others have them
// elsewhere, with their tunnels. Part of its flow, used on the shard's thread.
class KeptKey {
 public:
  explicit KeptKey(const KeyedSender& sender);

  FlowKey key() const;
  bool operator==(const FlowKey& key) const {
    if (wide_) return wide_->key == key;
    return low_port_ == key.low_port && high_port_ == key.high_port && key.path == 0 &&
           key.low.family == Family::ipv4 && low_ == octets_of_ipv4(key.low) &&
           high_ == octets_of_ipv4(key.high);
  }
  IpAddress low() const { return wide_ ? wide_->key.low : ipv4_of(low_); }
  IpAddress high() const { return wide_ ? wide_->key.high : ipv4_of(high_); }
  // It takes more than those 12.
  bool is_wide() const { return wide_ != nullptr; }
  // Null: no tunnel.
  const Encapsulation* path() const { return wide_ ? wide_->path.get() : nullptr; }

 private:
  struct Wide {
    FlowKey key;
    std::unique_ptr<const Encapsulation> path;  // null: no tunnel
  };

  std::unique_ptr<const Wide> wide_;  // null: the rest is all
  uint32_t low_ = 0;                  // addresses as in memory
  uint32_t high_ = 0;
  uint16_t low_port_ = 0;
  uint16_t high_port_ = 0;
};

}  // namespace tcpflow
