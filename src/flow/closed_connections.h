// Connections that are over and gone, so that late repeats of their segments are known for what
// they are.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "flow/flow_key.h"
#include "flow/flow_options.h"
#include "flow/prior_connection.h"
#include "flow/serial_slots.h"

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
  size_t size() const { return known_; }

 private:
  struct Entry {
    FlowKey place;           // of the first of its VLANs
    PriorConnection closed;  // not known: the entry was forgotten
    uint64_t packet = 0;     // at which it closed
    // FlowKey::path of the other VLANs; null, nearly always: there are none.
    std::unique_ptr<const std::vector<uint64_t>> other_paths;
  };

  bool is_over(const Entry& entry, Timestamp now, uint64_t packet) const;
  FlowKey place_of(const FlowKey& key, const VlanIds& vlans) const;
  Entry& entry_of(uint32_t serial) { return by_age_[serial - first_serial_]; }
  const Entry& entry_of(uint32_t serial) const { return by_age_[serial - first_serial_]; }
  std::optional<uint32_t> find(const FlowKey& place) const;
  void add_others(Entry& entry, const FlowKey& key, const std::vector<VlanIds>& seen_on);
  void forget(uint32_t serial);
  void drop_forgotten();

  const FlowLimits limits_;
  const bool merges_vlans_;
  std::array<uint64_t, 3> secrets_;
  KeyHasher hash_;
  // In the order in which they closed; those that were forgotten stay until they are the first.
  std::deque<Entry> by_age_;
  uint32_t first_serial_ = 0;  // of by_age_.front()
  size_t known_ = 0;
  SerialSlots by_place_;
};

}  // namespace tcpflow
