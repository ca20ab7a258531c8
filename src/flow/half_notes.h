// What is told of a half that most halves have nothing of.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "flow/conflict_ledger.h"
#include "flow/flow_record.h"
#include "flow/list_budget.h"

namespace tcpflow {

// Counters and lists of the unusual. Owned by its half, which makes it when there is something to
// note; used on the shard's thread.
struct HalfNotes {
  void add(Suspect why) { ++suspects[static_cast<size_t>(why)]; }
  // Records at most `at_most`, and what `lists` has room for.
  void add_gap(const GapRecord& gap, size_t at_most, ListBudget& lists);
  void add_conflict(const StreamConflict& conflict, size_t at_most, ListBudget& lists);
  // A segment's fragments disagreed.
  void add_fragment_conflicts(const FragmentConflicts& found);
  // What the lists took of the budget; to be given back when they go.
  size_t listed_cost() const;
  // Adds what it knows to `record`.
  void describe(HalfRecord& record) const;
  bool operator==(const HalfNotes&) const = default;

  std::array<uint32_t, kSuspectCount> suspects{};
  uint32_t out_of_order = 0;
  uint32_t violations = 0;
  uint64_t gap_count = 0;
  uint64_t gap_bytes = 0;
  std::vector<GapRecord> gaps;
  std::unique_ptr<ConflictLedger> conflicts;  // null: none
  uint64_t fragment_conflicts = 0;
  uint64_t fragment_conflict_bytes = 0;
  int64_t cut_off = 0;  // octets of its frames that were not captured
  // How often the counters that TcpHalf has in 32 bits came round.
  uint32_t packets_rounds = 0;
  uint32_t wire_rounds = 0;
  uint32_t on_syn = 0;  // octets of payload that its SYN has
};

}  // namespace tcpflow
