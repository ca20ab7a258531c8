// What the lists of gaps and conflicts of open flows may take together.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/limits.h"
#include "flow/flow_record.h"

namespace tcpflow {

// One for all flows of a table, of TCP and UDP; owned by their FlowContext, used on its thread.
// Whoever lists something takes its cost, and gives it back when the list goes. Costs are in
// octets. A list that was refused an entry gets no later one, so what is listed are always the
// first.
class ListBudget {
 public:
  // As vectors grow and malloc rounds.
  static constexpr size_t kGapCost = 2 * sizeof(GapRecord);
  static constexpr size_t kConflictCost =
      2 * sizeof(ConflictRecord) + 2 * (kConflictBytesRecorded + 16);

  explicit ListBudget(size_t most) : most_(most) {}

  // False: nothing more may be listed.
  bool take(size_t cost) {
    if (most_ - std::min(most_, used_) < cost) {
      ++refused_;
      return false;
    }
    used_ += cost;
    return true;
  }
  // Lists a gap of a half that had `before` of them, unless `at_most` are listed.
  void add_gap(const GapRecord& gap, uint64_t before, size_t at_most,
               std::vector<GapRecord>& gaps) {
    if (gaps.size() == before && before < at_most && take(kGapCost)) gaps.push_back(gap);
  }
  void give_back(size_t cost) { used_ -= cost; }

  size_t used() const { return used_; }
  // Lists that were cut short.
  uint64_t refused() const { return refused_; }

 private:
  size_t most_;
  size_t used_ = 0;
  uint64_t refused_ = 0;
};

}  // namespace tcpflow
