#include "decode/ip_assembler.h"

#include <iterator>
#include <utility>

namespace tcpflow {
namespace {

// The most that a datagram's payload can have: what 16 bits of length can state (RFC 791, 3.1; RFC
// 8200, 4.5). That IPv4 counts its header too is not asked.
constexpr size_t kMaxPayload = 65535;
// Offsets count in it, so only the last fragment may end elsewhere.
constexpr size_t kFragmentUnit = 8;

// Nodes of the list and the index, as malloc rounds them.
constexpr size_t kDatagramCost = 480;
constexpr size_t kFrameCost = 2 * sizeof(HeldFrame) + 16;  // a growing vector has room to spare

FragmentRange range_of(const IpPacket& fragment) {
  const uint64_t begin = fragment.fragment.offset;
  return {{begin, begin + fragment.payload.on_wire}, !fragment.fragment.more};
}

// The part of it that a snap length left.
OctetRange captured_range_of(const IpPacket& fragment) {
  const uint64_t begin = fragment.fragment.offset;
  return {begin, begin + fragment.payload.captured.size()};
}

bool is_possible(const IpPacket& fragment) {
  const size_t length = fragment.payload.on_wire;
  if (length == 0 || length > kMaxPayload) return false;
  if (fragment.fragment.offset + length > kMaxPayload) return false;
  return !fragment.fragment.more || length % kFragmentUnit == 0;
}

// What comes before the end of a datagram has a length in units; of octets behind the last whole
// one Linux takes no notice, but in IPv6, where RFC 8200, 4.5 asks for an error.
bool cuts_odd_octets(FragmentPolicy policy) {
  return policy != FragmentPolicy::bsd && policy != FragmentPolicy::bsd_right;
}

size_t cost_of_frame(const FragmentOrigin& origin) {
  return origin.keep_frame ? kFrameCost + origin.frame.bytes.size() : 0;
}

size_t cost_of(const std::vector<OctetRange>& won, const FragmentOrigin& origin) {
  size_t cost = cost_of_frame(origin);
  for (const OctetRange& each : won) cost += IpDatagram::kPieceCost + each.end - each.begin;
  return cost;
}

void hold(HeldFragments& fragments, const FragmentOrigin& origin) {
  ++fragments.count;
  if (!origin.keep_frame) return;
  HeldFrame held{origin.frame, {origin.frame.bytes.begin(), origin.frame.bytes.end()}};
  held.frame.bytes = held.bytes;
  fragments.frames.push_back(std::move(held));
}

// Packet times may be anything, so the difference must not overflow.
bool is_older(Timestamp since, Timestamp now, Duration age) {
  if (now <= since) return false;
  const uint64_t elapsed = static_cast<uint64_t>(now.time_since_epoch().count()) -
                           static_cast<uint64_t>(since.time_since_epoch().count());
  return elapsed > static_cast<uint64_t>(age.count());
}

}  // namespace

IpAssembler::IpAssembler(const FragmentOptions& options, GivenUpSink& given_up)
    : limits_(options.limits), policies_(options.policies), given_up_(given_up) {}

// The protocol is part of the identification in IPv4 (RFC 791, 3.2), not in IPv6 (RFC 8200, 4.5).
// VLANs and tunnels are part of it in both: the same addresses may be other hosts there.
IpAssembler::Key IpAssembler::key_of(const IpPacket& fragment, const FragmentOrigin& origin) {
  const bool is_ipv4 = fragment.source.family == Family::ipv4;
  return {fragment.source,   fragment.destination, fragment.fragment.id,
          origin.link.vlans, origin.path_key,      is_ipv4 ? fragment.protocol : uint8_t{0}};
}

Result<AssembledPacket, Drop> IpAssembler::add(IpPacket fragment, const FragmentOrigin& origin) {
  expire(origin.frame.time);
  cut_odd_octets(fragment);
  const Key key = key_of(fragment, origin);
  const Index::iterator known = index_.find(key);
  if (!is_possible(fragment)) {
    const bool gives_up = known != index_.end() && fragment.payload.on_wire == 0 &&
                          !known->second->parts.bears_contradictions();
    if (gives_up) give_up(known->second, Drop::bad_fragment);
    return Drop::bad_fragment;
  }
  if (known == index_.end()) return start(key, fragment, origin);
  const Entries::iterator entry = known->second;
  if (!entry->parts.agrees(range_of(fragment))) {
    if (!entry->parts.bears_contradictions()) give_up(entry, Drop::bad_fragment);
    return Drop::bad_fragment;
  }
  if (!entry->parts.bears_with(range_of(fragment).octets)) {
    give_up(entry, Drop::fragment_overlap);
    return Drop::fragment_overlap;
  }
  if (entry->fragments.count >= limits_.fragments_per_datagram) {
    ++limit_hits_.fragments_per_datagram;
    give_up(entry, Drop::fragment_limit);
    return Drop::fragment_limit;
  }
  return extend(entry, fragment, origin);
}

void IpAssembler::cut_odd_octets(IpPacket& fragment) const {
  const size_t odd = fragment.payload.on_wire % kFragmentUnit;
  if (odd == 0 || !fragment.fragment.more || fragment.source.family != Family::ipv4) return;
  if (!cuts_odd_octets(policies_.find(fragment.destination))) return;
  fragment.payload = fragment.payload.up_to(fragment.payload.on_wire - odd);
}

// A fragment alone never makes a datagram: it lacks the start or the end.
Result<AssembledPacket, Drop> IpAssembler::start(const Key& key, const IpPacket& fragment,
                                                 const FragmentOrigin& origin) {
  if (limits_.datagrams == 0 || limits_.fragments_per_datagram == 0) return Drop::fragment_limit;
  const std::vector<OctetRange> all = IpDatagram().won(captured_range_of(fragment));
  if (!make_room(kDatagramCost + cost_of(all, origin), nullptr)) return Drop::fragment_limit;
  if (datagrams_.size() >= limits_.datagrams) {
    ++limit_hits_.datagrams;
    give_up(datagrams_.begin(), Drop::fragment_limit);
  }
  const Entries::iterator entry = datagrams_.emplace(datagrams_.end());
  entry->key = key;
  entry->since = origin.frame.time;
  entry->parts = IpDatagram(policies_.find(key.destination));
  entry->cost = kDatagramCost;
  held_bytes_ += kDatagramCost;
  index_.emplace(key, entry);
  return extend(entry, fragment, origin);
}

Result<AssembledPacket, Drop> IpAssembler::extend(Entries::iterator entry, const IpPacket& fragment,
                                                  const FragmentOrigin& origin) {
  IpDatagram& parts = entry->parts;
  const std::vector<OctetRange> won = parts.won(captured_range_of(fragment));
  if (!make_room(cost_of(won, origin), &*entry)) return Drop::fragment_limit;
  // From here on `entry` is sure to stay: make_room() gives it up only where it returns false.
  const size_t before = parts.cost();
  const PacketRef packet{origin.frame.number, origin.frame.time};
  parts.fill(range_of(fragment), {fragment.payload.captured, packet}, won);
  const size_t cost = cost_of_frame(origin) + parts.cost() - before;  // modulo 2^n: it may fall
  entry->cost += cost;
  held_bytes_ += cost;
  // The others of IPv6 may name another next header; that of the first counts (RFC 8200, 4.5).
  if (fragment.fragment.offset == 0 && !entry->has_protocol) {
    entry->protocol = fragment.protocol;
    entry->has_protocol = true;
  }
  if (parts.is_complete()) return finish(entry, origin);
  hold(entry->fragments, origin);
  // Pieces that were cut apart may take more room than the new one.
  return make_room(0, &*entry) ? Drop::none : Drop::fragment_limit;
}

AssembledPacket IpAssembler::finish(Entries::iterator entry, const FragmentOrigin& origin) {
  AssembledPacket whole;
  whole.packet.source = entry->key.source;
  whole.packet.destination = entry->key.destination;
  whole.packet.protocol = entry->protocol;
  const Bytes payload = origin.batch.adopt(entry->parts.bytes());
  whole.packet.payload = {payload, payload.size()};
  FragmentConflicts conflicts = entry->parts.take_conflicts();
  if (conflicts.count != 0) whole.conflicts = origin.batch.adopt(std::move(conflicts));
  whole.earlier = remove(entry);
  ++finished_datagrams_;
  return whole;
}

void IpAssembler::end() {
  while (!datagrams_.empty()) give_up(datagrams_.begin(), Drop::fragment_incomplete);
}

// They are in the order of arrival, which is that of time but for captures whose clock jumps back;
// there an entry waits until those before it go.
void IpAssembler::expire(Timestamp now) {
  while (!datagrams_.empty() && is_older(datagrams_.front().since, now, limits_.age)) {
    give_up(datagrams_.begin(), Drop::fragment_incomplete);
  }
}

// False if there can be none, or if `extended` had to go, being the oldest.
bool IpAssembler::make_room(size_t cost, const Entry* extended) {
  if (held_bytes_ + cost > limits_.bytes) ++limit_hits_.bytes;
  if (cost > limits_.bytes) return false;
  bool is_extended_left = true;
  while (is_extended_left && !datagrams_.empty() && held_bytes_ + cost > limits_.bytes) {
    is_extended_left = &datagrams_.front() != extended;
    give_up(datagrams_.begin(), Drop::fragment_limit);
  }
  return is_extended_left;
}

void IpAssembler::give_up(Entries::iterator entry, Drop why) {
  const HeldFragments fragments = remove(entry);
  given_up_.on_given_up(fragments, why);
}

HeldFragments IpAssembler::remove(Entries::iterator entry) {
  HeldFragments fragments = std::move(entry->fragments);
  held_bytes_ -= entry->cost;
  index_.erase(entry->key);
  datagrams_.erase(entry);
  return fragments;
}

}  // namespace tcpflow
