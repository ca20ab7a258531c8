#include "flow/closed_connections.h"

#include <algorithm>
#include <utility>

#include "base/mix.h"

namespace tcpflow {
namespace {

// The other places are those of `key` on all but the first of its VLANs.
bool is_among(const std::vector<uint64_t>& paths, uint64_t path) {
  return std::find(paths.begin(), paths.end(), path) != paths.end();
}

}  // namespace

ClosedConnections::ClosedConnections(const FlowOptions& options)
    : limits_(options.flow), merges_vlans_(options.merge_vlans), hash_(options.hash_seed) {
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
  for (const VlanIds& vlans : seen_on) {
    if (const auto earlier = find(place_of(key, vlans))) forget(*earlier);
  }
  // Nothing of it can come again, and a scan closes thousands.
  if (!closed.is_known() || seen_on.empty()) return drop_forgotten();
  const uint32_t serial = first_serial_ + static_cast<uint32_t>(by_age_.size());
  Entry& entry = by_age_.emplace_back();
  entry.place = place_of(key, seen_on.front());
  entry.closed = closed;
  entry.packet = packet;
  ++known_;
  by_place_.insert(hash_(entry.place), serial);
  if (seen_on.size() > 1) add_others(entry, key, seen_on);
  drop_forgotten();
  while (is_over(by_age_.front(), closed.replaced, packet)) {
    forget(first_serial_);
    drop_forgotten();
  }
}

void ClosedConnections::add_others(Entry& entry, const FlowKey& key,
                                   const std::vector<VlanIds>& seen_on) {
  std::vector<uint64_t> others;
  const auto serial = first_serial_ + static_cast<uint32_t>(by_age_.size()) - 1;
  for (const VlanIds& vlans : seen_on) {
    const FlowKey place = place_of(key, vlans);
    if (place.path == entry.place.path || is_among(others, place.path)) continue;
    others.push_back(place.path);
    by_place_.insert(hash_(place), serial);
  }
  entry.other_paths = std::make_unique<const std::vector<uint64_t>>(std::move(others));
}

// The same for every table: what happens to other connections has no say.
bool ClosedConnections::is_over(const Entry& entry, Timestamp now, uint64_t packet) const {
  return elapsed(entry.closed.replaced, now) > limits_.remember ||
         packet - std::min(packet, entry.packet) > limits_.remember_packets;
}

std::optional<uint32_t> ClosedConnections::find(const FlowKey& place) const {
  return by_place_.find(hash_(place), [&](uint32_t serial) {
    const Entry& entry = entry_of(serial);
    if (entry.place == place) return true;
    if (!entry.other_paths || !is_among(*entry.other_paths, place.path)) return false;
    FlowKey other = entry.place;
    other.path = place.path;
    return other == place;
  });
}

bool ClosedConnections::covers(const FlowKey& key, const Segment& segment, bool sender_is_low,
                               Timestamp now) const {
  const auto found = find(place_of(key, segment.link.vlans));
  if (!found) return false;
  const Entry& entry = entry_of(*found);
  return !is_over(entry, now, segment.frame->number) && entry.closed.covers(segment, sender_is_low);
}

std::optional<PriorConnection> ClosedConnections::take(const FlowKey& key, const VlanIds& vlans,
                                                       PacketRef packet) {
  const auto found = find(place_of(key, vlans));
  if (!found) return std::nullopt;
  const Entry& entry = entry_of(*found);
  const PriorConnection closed = entry.closed;
  const bool is_late = is_over(entry, packet.time, packet.number);
  forget(*found);
  drop_forgotten();
  if (is_late) return std::nullopt;
  return closed;
}

void ClosedConnections::forget(uint32_t serial) {
  Entry& entry = entry_of(serial);
  if (!entry.closed.is_known()) return;
  by_place_.erase(hash_(entry.place), serial);
  if (entry.other_paths) {
    FlowKey place = entry.place;
    for (const uint64_t path : *entry.other_paths) {
      place.path = path;
      by_place_.erase(hash_(place), serial);
    }
  }
  entry.closed = {};
  entry.other_paths.reset();
  --known_;
}

void ClosedConnections::drop_forgotten() {
  while (!by_age_.empty() && !by_age_.front().closed.is_known()) {
    by_age_.pop_front();
    ++first_serial_;
  }
}

}  // namespace tcpflow
