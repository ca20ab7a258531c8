// The conflicts of one half: places of which packets brought different copies.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/conflict.h"
#include "flow/flow_record.h"
#include "flow/list_budget.h"

namespace tcpflow {

// Counts them all and records the first. Owned by its HalfStream.
class ConflictLedger {
 public:
  // Records at most `at_most`, and what `lists` has room for. What fragments disagreed about is
  // recorded only: it was counted with their packet. True if the later of the two packets is in no
  // conflict before.
  bool add(const StreamConflict& conflict, size_t at_most, ListBudget& lists);
  // What it took of that room.
  size_t listed_cost() const { return recorded_.size() * ListBudget::kConflictCost; }
  void describe(HalfRecord& record) const;

 private:
  void record(const StreamConflict& conflict, size_t at_most, ListBudget& lists);

  uint64_t count_ = 0;
  uint64_t differing_ = 0;
  uint64_t latest_packet_ = 0;
  std::vector<ConflictRecord> recorded_;
  bool is_cut_ = false;  // there was no room for one, so later ones are not listed either
};

}  // namespace tcpflow
