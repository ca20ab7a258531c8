// Connections that are over and gone, so that late repeats of their segments are known for what
// they are.
#pragma once

#include <array>
#include <cstdint>
#include <list>
#include <optional>
#include <unordered_map>
#include <vector>

#include "flow/flow_key.h"
#include "flow/flow_options.h"
#include "flow/prior_connection.h"

namespace tcpflow {

// Connections that closed, for FlowLimits::remember of packet time and
// FlowLimits::remember_packets. Each is found by its key and the VLANs on which it was seen, for
// other tenants may have the same addresses; with merge_vlans by its key alone. Owned by the
// FlowTable, used on its thread. What it knows of each are sequence numbers only: no file is read
// back.
class ClosedConnections {
 public:
  explicit ClosedConnections(const FlowOptions& options);

  // `closed.replaced` and `packet` say when it closed. Earlier connections with the same key on one
  // of its VLANs are forgotten.
  void remember(const FlowKey& key, const std::vector<VlanIds>& seen_on,
                const PriorConnection& closed, uint64_t packet);
  // True if the segment repeats what its sender had sent in the connection of this key on its
  // VLANs.
  bool covers(const FlowKey& key, const Segment& segment, bool sender_is_low, Timestamp now) const;
  // A new connection with this key begins at `packet`: hands over what is known of the one before.
  std::optional<PriorConnection> take(const FlowKey& key, const VlanIds& vlans, PacketRef packet);
  size_t size() const { return by_age_.size(); }

 private:
  struct Entry {
    FlowKey place;                       // of the first of its VLANs
    std::vector<uint64_t> other_places;  // FlowKey::path of the others; nearly always empty
    PriorConnection closed;
    uint64_t packet = 0;  // at which it closed
  };
  using Entries = std::list<Entry>;

  bool is_over(const Entry& entry, Timestamp now, uint64_t packet) const;
  FlowKey place_of(const FlowKey& key, const VlanIds& vlans) const;
  void add_place(Entries::iterator entry, const FlowKey& place);
  void forget(Entries::iterator entry);
  void forget(const FlowKey& place);

  const FlowLimits limits_;
  const bool merges_vlans_;
  std::array<uint64_t, 3> secrets_;
  Entries by_age_;  // the one that closed first is first
  std::unordered_map<FlowKey, Entries::iterator, KeyHasher> by_place_;
};

}  // namespace tcpflow
