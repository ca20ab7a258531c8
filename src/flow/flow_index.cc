#include "flow/flow_index.h"

#include <cassert>
#include <utility>

namespace tcpflow {
namespace {

// Puts `next` into the place of `flow` in the chain that begins at `head`.
void replace_in_chain(TcpFlow*& head, const TcpFlow& flow, TcpFlow* next) {
  if (head == &flow) {
    head = next;
    return;
  }
  TcpFlow* before = head;
  while (before->on_other_vlan() != &flow) before = before->on_other_vlan();
  before->set_on_other_vlan(next);
}

// The flow behind it, from which it is cut off.
TcpFlow* take_rest(TcpFlow& flow) {
  TcpFlow* const rest = flow.on_other_vlan();
  flow.set_on_other_vlan(nullptr);
  return rest;
}

}  // namespace

// The slot that holds the key, or the free one where it would go.
size_t FlowIndex::slot_of(const FlowKey& key, uint64_t hash) const {
  size_t slot = home(hash);
  while (entries_[slot].flow != nullptr) {
    const Entry& entry = entries_[slot];
    if (entry.hash == hash && entry.flow->has_key(key)) break;
    slot = (slot + 1) & (entries_.size() - 1);
  }
  return slot;
}

TcpFlow* FlowIndex::find(const FlowKey& key) const {
  return entries_[slot_of(key, hash_(key))].flow;
}

bool FlowIndex::holds(const TcpFlow& flow) const {
  const TcpFlow* at = find(flow.key());
  while (at != nullptr && at != &flow) at = at->on_other_vlan();
  return at != nullptr;
}

void FlowIndex::insert(TcpFlow& flow) {
  if ((size_ + 1) * 4 > entries_.size() * 3) grow();
  const FlowKey key = flow.key();
  const uint64_t hash = hash_(key);
  Entry& entry = entries_[slot_of(key, hash)];
  if (entry.flow != nullptr) {
    flow.set_on_other_vlan(entry.flow->on_other_vlan());
    entry.flow->set_on_other_vlan(&flow);
    return;
  }
  entry = {hash, &flow};
  ++size_;
}

void FlowIndex::move_to_front(TcpFlow& flow) {
  TcpFlow*& head = entry_of(flow.key()).flow;
  replace_in_chain(head, flow, take_rest(flow));
  flow.set_on_other_vlan(std::exchange(head, &flow));
}

void FlowIndex::replace(TcpFlow& old, TcpFlow& anew) {
  anew.set_on_other_vlan(take_rest(old));
  replace_in_chain(entry_of(old.key()).flow, old, &anew);
}

void FlowIndex::erase(TcpFlow& flow) {
  const FlowKey key = flow.key();
  const size_t slot = slot_of(key, hash_(key));
  replace_in_chain(entries_[slot].flow, flow, take_rest(flow));
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
