#include "flow/bare_syns.h"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <utility>

namespace tcpflow {
namespace {

constexpr uint64_t kLive = 1;
constexpr uint64_t kSenderIsLow = 2;
constexpr int kFlagBits = 2;
constexpr uint64_t kMostRecords = 0xffffff;  // holes included; serials must stay distinct
constexpr size_t kFewHoles = 4096;
constexpr uint64_t kMost16 = 0xffff;

uint32_t octets_of(const IpAddress& address) {
  uint32_t octets = 0;
  std::memcpy(&octets, address.octets.data(), sizeof octets);
  return octets;
}

IpAddress address_of(uint32_t octets) {
  IpAddress address;
  std::memcpy(address.octets.data(), &octets, sizeof octets);
  return address;
}

uint32_t tag_of(uint64_t hash) { return std::max<uint32_t>(1, static_cast<uint32_t>(hash >> 56)); }

}  // namespace

bool is_bare_syn(const Segment& segment) {
  constexpr uint8_t kCounts = tcp_flag::kSyn | tcp_flag::kAck | tcp_flag::kFin | tcp_flag::kRst;
  return (segment.flags & kCounts) == tcp_flag::kSyn && segment.payload_length() == 0 &&
         segment.source.family == Family::ipv4 && segment.path == nullptr &&
         !segment.conflicts.any();
}

BareSyns::BareSyns(uint64_t hash_seed) : hash_(hash_seed), slots_(kFirstSlots) {}

bool BareSyns::has_room_for(const BareSyn& syn) const {
  return syn.wire_length <= kMost16 && syn.captured_length <= kMost16 &&
         (syn.session & ~FlowNumbers::kProvisional) <= kMostNumber &&
         (syn.flow_number & ~FlowNumbers::kProvisional) <= kMostNumber &&
         syn.packet.number <= UINT64_MAX >> kFlagBits && records_.size() < kMostRecords;
}

uint32_t BareSyns::pack_number(uint64_t number) {
  const bool is_settled = FlowNumbers::is_settled(number);
  return static_cast<uint32_t>(number & kMostNumber) | (is_settled ? 0 : kIsProvisional);
}

uint64_t BareSyns::unpack_number(uint32_t packed) {
  const uint64_t number = packed & kMostNumber;
  return (packed & kIsProvisional) == 0 ? number : number | FlowNumbers::kProvisional;
}

// Those with provisional numbers were added last. Holes among them keep what they had.
void BareSyns::settle_numbers(const FlowNumbers& numbers) {
  for (auto record = records_.rbegin(); record != records_.rend(); ++record) {
    if ((record->session & kIsProvisional) == 0) return;
    record->session = pack_number(numbers.settled(unpack_number(record->session)));
    record->flow_number = pack_number(numbers.settled(unpack_number(record->flow_number)));
  }
}

bool BareSyns::add(const BareSyn& syn) {
  if (!has_room_for(syn)) return false;
  if ((size_ + 1) * 4 > slots_.size() * 3) rebuild(slots_.size() * 2);
  const uint64_t hash = hash_(syn.key);
  const size_t slot = find(syn.key, hash);
  assert(slots_[slot] == 0);
  const uint32_t serial = (first_serial_ + static_cast<uint32_t>(records_.size())) & kSerialMask;
  slots_[slot] = serial << 8 | tag_of(hash);
  Record record;
  record.low = octets_of(syn.key.low);
  record.high = octets_of(syn.key.high);
  record.low_port = syn.key.low_port;
  record.high_port = syn.key.high_port;
  record.isn = syn.isn;
  record.time = syn.packet.time.time_since_epoch().count();
  record.packet = syn.packet.number << kFlagBits | (syn.sender_is_low ? kSenderIsLow : 0) | kLive;
  record.session = pack_number(syn.session);
  record.flow_number = pack_number(syn.flow_number);
  record.link = use_link(syn.link);
  record.wire_length = static_cast<uint16_t>(syn.wire_length);
  record.captured_length = static_cast<uint16_t>(syn.captured_length);
  records_.push_back(record);
  ++size_;
  return true;
}

std::optional<BareSyn> BareSyns::take(const FlowKey& key) {
  if (size_ == 0 || key.path != 0 || key.low.family != Family::ipv4) return std::nullopt;
  const size_t slot = find(key, hash_(key));
  if (slots_[slot] == 0) return std::nullopt;
  return remove(slot);
}

BareSyn BareSyns::take_first() {
  const FlowKey key = key_of(records_.front());
  return remove(find(key, hash_(key)));
}

PacketRef BareSyns::first() const {
  const Record& record = records_.front();
  return {record.packet >> kFlagBits, Timestamp(Duration(record.time))};
}

BareSyn BareSyns::remove(size_t slot) {
  Record& record = record_of(slots_[slot]);
  const BareSyn syn = unpack(record);
  free_slot(slot);
  release_link(record.link);
  record.packet &= ~kLive;
  --size_;
  drop_holes();
  return syn;
}

FlowKey BareSyns::key_of(const Record& record) const {
  return {address_of(record.low), address_of(record.high), record.low_port, record.high_port, 0};
}

BareSyn BareSyns::unpack(const Record& record) const {
  BareSyn syn;
  syn.key = key_of(record);
  syn.sender_is_low = (record.packet & kSenderIsLow) != 0;
  syn.isn = record.isn;
  syn.packet = {record.packet >> kFlagBits, Timestamp(Duration(record.time))};
  syn.session = unpack_number(record.session);
  syn.flow_number = unpack_number(record.flow_number);
  syn.link = links_[record.link].facts;
  syn.wire_length = record.wire_length;
  syn.captured_length = record.captured_length;
  return syn;
}

size_t BareSyns::find(const FlowKey& key, uint64_t hash) const {
  const uint32_t tag = tag_of(hash);
  size_t slot = home(hash);
  for (; slots_[slot] != 0; slot = (slot + 1) & (slots_.size() - 1)) {
    if ((slots_[slot] & 0xff) == tag && key_of(record_of(slots_[slot])) == key) break;
  }
  return slot;
}

// Linear probing needs no tombstones: what follows moves back unless its home lies after the hole.
void BareSyns::free_slot(size_t slot) {
  const size_t mask = slots_.size() - 1;
  size_t hole = slot;
  for (size_t next = (hole + 1) & mask; slots_[next] != 0; next = (next + 1) & mask) {
    const size_t from_home = (next - home(hash_(key_of(record_of(slots_[next]))))) & mask;
    if (from_home < ((next - hole) & mask)) continue;
    slots_[hole] = slots_[next];
    hole = next;
  }
  slots_[hole] = 0;
}

// So that records_.front() is one that is there, and holes take no more room than records do.
void BareSyns::drop_holes() {
  while (!records_.empty() && (records_.front().packet & kLive) == 0) {
    records_.pop_front();
    first_serial_ = (first_serial_ + 1) & kSerialMask;
  }
  const size_t holes = records_.size() - size_;
  if (holes <= std::max(size_, kFewHoles)) return;
  std::erase_if(records_, [](const Record& record) { return (record.packet & kLive) == 0; });
  rebuild(slots_.size());
}

void BareSyns::rebuild(size_t slots) {
  slots_.assign(slots, 0);
  for (size_t i = 0; i < records_.size(); ++i) {
    if ((records_[i].packet & kLive) == 0) continue;
    const uint64_t hash = hash_(key_of(records_[i]));
    size_t slot = home(hash);
    while (slots_[slot] != 0) slot = (slot + 1) & (slots_.size() - 1);
    const uint32_t serial = (first_serial_ + static_cast<uint32_t>(i)) & kSerialMask;
    slots_[slot] = serial << 8 | tag_of(hash);
  }
}

uint32_t BareSyns::use_link(const LinkFacts& link) {
  if (!records_.empty()) {  // nearly always that of the record before
    const uint32_t latest = records_.back().link;
    Link& same = links_[latest];
    if (same.uses > 0 && same.facts == link) {
      ++same.uses;
      return latest;
    }
  }
  const auto known = link_numbers_.find(link);
  if (known != link_numbers_.end()) {
    ++links_[known->second].uses;
    return known->second;
  }
  if (free_links_.empty()) {
    free_links_.push_back(static_cast<uint32_t>(links_.size()));
    links_.emplace_back();
  }
  const uint32_t number = free_links_.back();
  free_links_.pop_back();
  links_[number] = {link, 1};
  link_numbers_.emplace(link, number);
  return number;
}

void BareSyns::release_link(uint32_t number) {
  Link& link = links_[number];
  if (--link.uses > 0) return;
  link_numbers_.erase(link.facts);
  free_links_.push_back(number);
}

}  // namespace tcpflow
