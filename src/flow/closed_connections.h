// Connections that are over and gone, so that late repeats of their segments are known for what
// they are.
#pragma once

#include <cstdint>
#include <list>
#include <optional>
#include <unordered_map>

#include "base/limits.h"
#include "flow/flow_key.h"
#include "flow/prior_connection.h"

namespace tcpflow {

// The last FlowLimits::remembered connections that closed, for FlowLimits::remember of packet time.
// Owned by the FlowTable, used on its thread. What it knows of each are sequence numbers only: no
// file is read back.
class ClosedConnections {
 public:
  ClosedConnections(const FlowLimits& limits, uint64_t hash_seed)
      : limits_(limits), by_key_(16, KeyHasher(hash_seed)) {}

  // `closed.replaced` says when it closed. An earlier connection with the same key is forgotten.
  void remember(const FlowKey& key, const PriorConnection& closed);
  // True if the segment repeats what its sender had sent in the connection of this key.
  bool covers(const FlowKey& key, const Segment& segment, bool sender_is_low, Timestamp now) const;
  // A new connection with this key begins: hands over what is known of the one before.
  std::optional<PriorConnection> take(const FlowKey& key);
  size_t size() const { return by_age_.size(); }

 private:
  struct Entry {
    FlowKey key;
    PriorConnection closed;
  };
  using Entries = std::list<Entry>;

  void forget(Entries::iterator entry);

  FlowLimits limits_;
  Entries by_age_;  // the one that closed first is first
  std::unordered_map<FlowKey, Entries::iterator, KeyHasher> by_key_;
};

}  // namespace tcpflow
