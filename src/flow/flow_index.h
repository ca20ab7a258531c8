// Key to flow: an open-addressed hash table.
#pragma once

#include <cstdint>
#include <vector>

#include "flow/tcp_flow.h"

namespace tcpflow {

// Borrows the flows it finds. Flows with one key on several VLANs form a chain through
// FlowExtras::on_other_vlan, the entry leads to its head. Linear probing with backward-shift
// deletion, at most 3/4 full, so a lookup touches one or two neighbouring lines. The seed keeps
// senders from choosing their bucket.
class FlowIndex {
 public:
  explicit FlowIndex(uint64_t seed) : hash_(seed), entries_(kFirstSize) {}

  // The head of the chain of this key; null where none is known.
  TcpFlow* find(const FlowKey& key) const;
  bool holds(const TcpFlow& flow) const;
  // Behind those with its key, if there are any. It must not be there.
  void insert(TcpFlow& flow);
  // Makes it the head of the chain of its key; it must be there.
  void move_to_front(TcpFlow& flow);
  // `anew`, which has the same key, takes the place of `old`, which must be there.
  void replace(TcpFlow& old, TcpFlow& anew);
  // It must be there.
  void erase(TcpFlow& flow);
  // Keys.
  size_t size() const { return size_; }

 private:
  struct Entry {
    uint64_t hash = 0;
    TcpFlow* flow = nullptr;
  };
  static constexpr size_t kFirstSize = 1024;

  size_t home(uint64_t hash) const { return hash & (entries_.size() - 1); }
  size_t slot_of(const FlowKey& key, uint64_t hash) const;
  Entry& entry_of(const FlowKey& key) { return entries_[slot_of(key, hash_(key))]; }
  void free_slot(size_t hole);
  void grow();

  KeyHasher hash_;
  size_t size_ = 0;
  std::vector<Entry> entries_;
};

}  // namespace tcpflow
