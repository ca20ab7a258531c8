#include "flow/flow_index.h"

#include <cassert>
#include <utility>

namespace tcpflow {

// The slot that holds the key, or the free one where it would go.
size_t FlowIndex::slot_of(const FlowKey& key, uint64_t hash) const {
  size_t slot = home(hash);
  while (entries_[slot].flow != nullptr) {
    const Entry& entry = entries_[slot];
    if (entry.hash == hash && entry.flow->key() == key) break;
    slot = (slot + 1) & (entries_.size() - 1);
  }
  return slot;
}

TcpFlow* FlowIndex::find(const FlowKey& key) const {
  return entries_[slot_of(key, hash_(key))].flow;
}

bool FlowIndex::holds(const TcpFlow& flow) const {
  const TcpFlow* at = find(flow.key());
  while (at != nullptr && at != &flow) at = at->on_other_vlan;
  return at != nullptr;
}

void FlowIndex::insert(TcpFlow& flow) {
  if ((size_ + 1) * 4 > entries_.size() * 3) grow();
  const uint64_t hash = hash_(flow.key());
  Entry& entry = entries_[slot_of(flow.key(), hash)];
  if (entry.flow != nullptr) {
    flow.on_other_vlan = std::exchange(entry.flow->on_other_vlan, &flow);
    return;
  }
  entry = {hash, &flow};
  ++size_;
}

void FlowIndex::move_to_front(TcpFlow& flow) {
  TcpFlow*& head = entries_[slot_of(flow.key(), hash_(flow.key()))].flow;
  TcpFlow** link = &head;
  while (*link != &flow) link = &(*link)->on_other_vlan;
  *link = flow.on_other_vlan;
  flow.on_other_vlan = std::exchange(head, &flow);
}

void FlowIndex::replace(TcpFlow& old, TcpFlow& anew) {
  TcpFlow** link = &entries_[slot_of(old.key(), hash_(old.key()))].flow;
  while (*link != &old) link = &(*link)->on_other_vlan;
  anew.on_other_vlan = std::exchange(old.on_other_vlan, nullptr);
  *link = &anew;
}

void FlowIndex::erase(TcpFlow& flow) {
  const size_t slot = slot_of(flow.key(), hash_(flow.key()));
  TcpFlow** link = &entries_[slot].flow;
  while (*link != &flow) link = &(*link)->on_other_vlan;
  *link = std::exchange(flow.on_other_vlan, nullptr);
  if (entries_[slot].flow == nullptr) free_slot(slot);
}

void FlowIndex::free_slot(size_t hole) {
  const size_t mask = entries_.size() - 1;
  for (size_t next = (hole + 1) & mask; entries_[next].flow != nullptr; next = (next + 1) & mask) {
    // An entry may move back into the hole unless its home lies after it.
    const size_t from_home = (next - home(entries_[next].hash)) & mask;
    if (from_home < ((next - hole) & mask)) continue;
    entries_[hole] = entries_[next];
    hole = next;
  }
  entries_[hole] = {};
  --size_;
}

void FlowIndex::grow() {
  std::vector<Entry> old(entries_.size() * 2);
  std::swap(old, entries_);
  for (const Entry& entry : old) {
    if (entry.flow == nullptr) continue;
    size_t slot = home(entry.hash);
    while (entries_[slot].flow != nullptr) slot = (slot + 1) & (entries_.size() - 1);
    entries_[slot] = entry;
  }
}

}  // namespace tcpflow
