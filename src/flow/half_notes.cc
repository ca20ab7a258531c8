#include "flow/half_notes.h"

#include <utility>

namespace tcpflow {

void HalfNotes::add_gap(const GapRecord& gap, size_t at_most, ListBudget& lists) {
  lists.add_gap(gap, std::exchange(gap_count, gap_count + 1), at_most, gaps);
  gap_bytes += gap.length;
}

void HalfNotes::add_conflict(const StreamConflict& conflict, size_t at_most, ListBudget& lists) {
  if (!conflicts) conflicts = std::make_unique<ConflictLedger>();
  if (conflicts->add(conflict, at_most, lists)) add(Suspect::conflict);
}

void HalfNotes::add_fragment_conflicts(const FragmentConflicts& found) {
  add(Suspect::fragment_conflict);
  fragment_conflicts += found.count;
  fragment_conflict_bytes += found.differing;
}

size_t HalfNotes::listed_cost() const {
  return gaps.size() * ListBudget::kGapCost + (conflicts ? conflicts->listed_cost() : 0);
}

void HalfNotes::describe(HalfRecord& record) const {
  record.packets += uint64_t{packets_rounds} << 32;
  record.wire_bytes += uint64_t{wire_rounds} << 32;
  record.captured_bytes += uint64_t{wire_rounds} << 32;
  record.captured_bytes -= static_cast<uint64_t>(cut_off);  // modulo 2^64
  record.out_of_order += out_of_order;
  record.violations += violations;
  record.gap_count += gap_count;
  record.gap_bytes += gap_bytes;
  record.gaps = gaps;
  if (conflicts) conflicts->describe(record);
  record.conflict_count += fragment_conflicts;
  record.conflict_bytes += fragment_conflict_bytes;
  for (size_t i = 0; i < kSuspectCount; ++i) record.suspects[i] += suspects[i];
}

}  // namespace tcpflow
