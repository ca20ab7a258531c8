// Runs of octets by offset, none of which overlaps another.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>

#include "base/octet_run.h"
#include "base/overlap_rule.h"
#include "base/packet_ref.h"

namespace tcpflow {

// Copies of what packets brought, until it can be put together. Calls cost O(log n), and what they
// copy. One owner, no sharing.
class RunMap {
 public:
  // What a run costs besides its bytes: tree node, vector, as malloc rounds them.
  static constexpr size_t kRunCost = 144;

  struct Run {
    OctetRun octets;
    PacketRef packet;
  };
  using Runs = std::map<uint64_t, Run>;
  using Iterator = Runs::iterator;

  bool is_empty() const { return runs_.empty(); }
  Iterator begin() { return runs_.begin(); }
  Iterator end() { return runs_.end(); }
  Runs::const_iterator begin() const { return runs_.begin(); }
  Runs::const_iterator end() const { return runs_.end(); }

  // The run that holds `at`, or the first behind it.
  Iterator first_ending_after(uint64_t at);
  Runs::const_iterator first_ending_after(uint64_t at) const;
  // Takes a copy of bytes whose place is free.
  void insert(uint64_t at, Bytes bytes, PacketRef packet);
  // Takes `lost`, which lies within it, out of a run. Returns the first run behind `lost`.
  Iterator cut(Iterator run, const OctetRange& lost);
  // Takes out the first run.
  Runs::node_type take_first();
  // Octets held, kRunCost a run included.
  size_t cost() const { return cost_; }

 private:
  void account(const Run& run) { cost_ += kRunCost + run.octets.stored(); }

  Runs runs_;
  size_t cost_ = 0;
};

inline OctetRange range_of(const RunMap::Runs::value_type& run) {
  return {run.first, run.first + run.second.octets.size()};
}

}  // namespace tcpflow
