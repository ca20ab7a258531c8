#include "flow/start_hold.h"

#include <algorithm>

namespace tcpflow {

void StartHold::add(int64_t at, const StreamPiece& piece, Timestamp now) {
  if (held_.empty()) {
    since_ = now;
    lowest_ = at;
  }
  lowest_ = std::min(lowest_, at);
  bytes_ += piece.bytes.size();
  cost_ += piece.bytes.size() + sizeof(HeldPiece);
  held_.push_back({at, {piece.bytes.begin(), piece.bytes.end()}, piece.missing, piece.packet});
}

void StartHold::add_conflicts(int64_t at, const PayloadConflicts& conflicts, uint64_t length) {
  conflicts_.push_back({at, conflicts.payload_at, length, *conflicts.found});
  cost_ += 2 * sizeof(HeldConflicts) + conflicts_.back().found.cost();
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
