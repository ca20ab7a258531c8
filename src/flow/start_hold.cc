#include "flow/start_hold.h"

#include <algorithm>

namespace tcpflow {
namespace {

// What malloc adds to an allocation at most: its header, and rounding to 16.
constexpr size_t kAllocationCost = 24;

}  // namespace

void StartHold::add(int64_t at, const StreamPiece& piece, Timestamp now) {
  if (held_.empty()) {
    since_ = now;
    lowest_ = at;
  }
  lowest_ = std::min(lowest_, at);
  bytes_ += piece.bytes.size();
  held_.push_back({at, {piece.bytes.begin(), piece.bytes.end()}, piece.missing, piece.packet});
}

void StartHold::add_conflicts(int64_t at, const PayloadConflicts& conflicts, uint64_t length) {
  conflicts_.push_back({at, conflicts.payload_at, length, *conflicts.found});
  conflicts_cost_ += conflicts_.back().found.cost();
}

size_t StartHold::cost() const {
  if (held_.empty()) return 0;
  const size_t allocations = held_.size() + 2;  // the pieces, their list, and the hold
  return sizeof *this + held_.capacity() * sizeof(HeldPiece) + bytes_ +
         allocations * kAllocationCost + conflicts_.capacity() * sizeof(HeldConflicts) +
         conflicts_cost_;
}

bool StartHold::is_over(const StreamLimits& limits, Timestamp now) const {
  return held_.size() >= limits.start_segments || bytes_ >= limits.start_bytes ||
         elapsed(since_, now) >= limits.start_age;
}

bool StartHold::is_whole_to(int64_t end) const {
  std::vector<std::pair<int64_t, int64_t>> runs;
  runs.reserve(held_.size());
  for (const HeldPiece& piece : held_) {
    runs.emplace_back(piece.at,
                      piece.at + static_cast<int64_t>(piece.bytes.size()) + piece.missing);
  }
  std::sort(runs.begin(), runs.end());
  int64_t reached = lowest_;
  for (const auto& [from, to] : runs) {
    if (from > reached) return false;
    reached = std::max(reached, to);
  }
  return reached >= end;
}

bool StartHold::has_hole(int64_t begin, int64_t end) const {
  if (held_.empty()) return false;
  if (begin < lowest_) return end == lowest_;
  return std::none_of(held_.begin(), held_.end(), [begin, end](const HeldPiece& piece) {
    return piece.at < end && begin < piece.at + static_cast<int64_t>(piece.bytes.size());
  });
}

}  // namespace tcpflow
