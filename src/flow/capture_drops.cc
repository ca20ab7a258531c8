#include "flow/capture_drops.h"

#include <algorithm>

namespace tcpflow {

void CaptureDrops::note(uint64_t packet, uint32_t within) {
  Run run{packet - std::min<uint64_t>(within, packet) + 1, packet};
  while (!runs_.empty() && runs_.back().last + 1 >= run.first) {  // one run of the two
    run = {std::min(run.first, runs_.back().first), std::max(run.last, runs_.back().last)};
    runs_.pop_back();
  }
  if (runs_.size() == 2 * kKept) runs_.erase(runs_.begin(), runs_.begin() + kKept);
  runs_.push_back(run);
}

bool CaptureDrops::any_between(uint64_t after, uint64_t upto) const {
  const auto ends_before = [](uint64_t number, const Run& run) { return number < run.last; };
  const auto run = std::upper_bound(runs_.begin(), runs_.end(), after, ends_before);
  return run != runs_.end() && run->first <= upto;
}

}  // namespace tcpflow
