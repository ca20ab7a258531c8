#include "flow/closed_connections.h"

#include <algorithm>
#include <iterator>

#include "base/mix.h"

namespace tcpflow {

ClosedConnections::ClosedConnections(const FlowOptions& options)
    : limits_(options.flow),
      merges_vlans_(options.merge_vlans),
      by_place_(16, KeyHasher(options.hash_seed)) {
  uint64_t seed = options.hash_seed;
  for (uint64_t& secret : secrets_) secret = next_secret(seed);
}

// A hash of 64 bits beside the tunnels, as theirs is: nobody who does not know the seed can make
// two places look alike.
FlowKey ClosedConnections::place_of(const FlowKey& key, const VlanIds& vlans) const {
  if (merges_vlans_) return key;
  uint64_t hash = secrets_[0];
  for (const uint16_t id : vlans.all()) hash = mix64(hash ^ id, secrets_[1]);
  FlowKey place = key;
  place.path = mix64(key.path ^ hash, secrets_[2]);
  return place;
}

void ClosedConnections::remember(const FlowKey& key, const std::vector<VlanIds>& seen_on,
                                 const PriorConnection& closed, uint64_t packet) {
  for (const VlanIds& vlans : seen_on) forget(place_of(key, vlans));
  // Nothing of it can come again, and a scan closes thousands.
  if (!closed.is_known() || seen_on.empty()) return;
  by_age_.push_back({place_of(key, seen_on.front()), {}, closed, packet});
  const auto entry = std::prev(by_age_.end());
  for (const VlanIds& vlans : seen_on) add_place(entry, place_of(key, vlans));
  while (is_over(by_age_.front(), closed.replaced, packet)) forget(by_age_.begin());
}

// The same for every table: what happens to other connections has no say.
bool ClosedConnections::is_over(const Entry& entry, Timestamp now, uint64_t packet) const {
  return elapsed(entry.closed.replaced, now) > limits_.remember ||
         packet - std::min(packet, entry.packet) > limits_.remember_packets;
}

void ClosedConnections::add_place(Entries::iterator entry, const FlowKey& place) {
  const bool is_new = by_place_.emplace(place, entry).second;
  if (is_new && !(place == entry->place)) entry->other_places.push_back(place.path);
}

bool ClosedConnections::covers(const FlowKey& key, const Segment& segment, bool sender_is_low,
                               Timestamp now) const {
  const auto found = by_place_.find(place_of(key, segment.link.vlans));
  if (found == by_place_.end()) return false;
  const Entry& entry = *found->second;
  return !is_over(entry, now, segment.frame->number) && entry.closed.covers(segment, sender_is_low);
}

std::optional<PriorConnection> ClosedConnections::take(const FlowKey& key, const VlanIds& vlans,
                                                       PacketRef packet) {
  const auto found = by_place_.find(place_of(key, vlans));
  if (found == by_place_.end()) return std::nullopt;
  const Entry entry = *found->second;
  forget(found->second);
  if (is_over(entry, packet.time, packet.number)) return std::nullopt;
  return entry.closed;
}

void ClosedConnections::forget(const FlowKey& place) {
  const auto found = by_place_.find(place);
  if (found != by_place_.end()) forget(found->second);
}

void ClosedConnections::forget(Entries::iterator entry) {
  by_place_.erase(entry->place);
  for (const uint64_t path : entry->other_places) {
    FlowKey place = entry->place;
    place.path = path;
    by_place_.erase(place);
  }
  by_age_.erase(entry);
}

}  // namespace tcpflow
