#include "flow/udp_index.h"

#include <cstring>
#include <span>

#include "base/mix.h"

namespace tcpflow {

KeyedSender key_of(const Datagram& d) {
  const int order =
      std::memcmp(d.source.octets.data(), d.destination.octets.data(), d.source.octets.size());
  const bool low = order < 0 || (order == 0 && d.source_port <= d.destination_port);
  KeyedSender sender;
  sender.key.low = low ? d.source : d.destination;
  sender.key.high = low ? d.destination : d.source;
  sender.key.low_port = low ? d.source_port : d.destination_port;
  sender.key.high_port = low ? d.destination_port : d.source_port;
  sender.key.path = d.path_key;
  sender.sender_is_low = low;
  sender.path = d.path;
  return sender;
}

UdpIndex::UdpIndex(uint64_t seed, bool merges_vlans)
    : merges_vlans_(merges_vlans), by_place_(16, KeyHasher(seed)), one_sided_(16, KeyHasher(seed)) {
  for (uint64_t& secret : secrets_) secret = next_secret(seed);
}

// A hash of 64 bits beside the tunnels, as theirs is: nobody who does not know the seed can make
// two places look alike.
FlowKey UdpIndex::place_of(const FlowKey& key, const VlanIds& vlans, bool sender_is_low) const {
  const std::span<const uint16_t> ids = vlans.all().first(merges_vlans_ ? 0 : vlans.size());
  const uint64_t side = sender_is_low ? 1 : 0;
  uint64_t hash = secrets_[0] ^ side;
  for (const uint16_t id : ids) hash = mix64(hash ^ uint64_t{id} << 1, secrets_[1]);
  FlowKey place = key;
  place.path = mix64(key.path ^ hash, secrets_[2]);
  return place;
}

UdpFlows::iterator UdpIndex::find(const KeyedSender& sender, const VlanIds& vlans,
                                  UdpFlows::iterator none) const {
  const bool low = sender.sender_is_low;
  const auto mine = by_place_.find(place_of(sender.key, vlans, low));
  if (mine != by_place_.end()) return mine->second;
  const auto answered = by_place_.find(place_of(sender.key, vlans, !low));
  if (answered != by_place_.end() && !answered->second->has_half(low)) return answered->second;
  const auto elsewhere = one_sided_.find(sender.key);
  const bool fits = elsewhere != one_sided_.end() && !elsewhere->second->has_half(low);
  return fits ? elsewhere->second : none;
}

void UdpIndex::add_half(UdpFlows::iterator flow, bool sender_is_low) {
  const FlowKey& key = flow->key();
  by_place_.insert_or_assign(place_of(key, flow->vlans_of(sender_is_low), sender_is_low), flow);
  if (!flow->has_half(!sender_is_low)) {
    one_sided_.insert_or_assign(key, flow);
    return;
  }
  const auto known = one_sided_.find(key);
  if (known != one_sided_.end() && known->second == flow) one_sided_.erase(known);
}

void UdpIndex::erase(UdpFlows::iterator flow) {
  const FlowKey& key = flow->key();
  for (const bool low : {true, false}) {
    if (flow->has_half(low)) by_place_.erase(place_of(key, flow->vlans_of(low), low));
  }
  const auto known = one_sided_.find(key);
  if (known != one_sided_.end() && known->second == flow) one_sided_.erase(known);
}

}  // namespace tcpflow
