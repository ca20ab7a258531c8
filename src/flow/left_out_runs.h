// --strict: where the payload lies that was left out of a half.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "stream/seq.h"

namespace tcpflow {

// Remembers the last kMost runs, in sequence numbers: what tells a hole that was left out from one
// that was not captured. A plain value, owned by its EndpointView.
class LeftOutRuns {
 public:
  static constexpr size_t kMost = 16;

  // A run of `length` octets from `begin` on.
  void add(uint32_t begin, uint32_t length) {
    if (length == 0) return;
    if (count_ > 0) {  // often the next segment of the same flight
      Run& last = runs_[(count_ - 1) % kMost];
      if (last.begin + last.length == begin &&
          last.length <= kLongest - std::min(length, kLongest)) {
        last.length += length;
        return;
      }
    }
    runs_[count_ % kMost] = {begin, std::min(length, kLongest)};
    ++count_;
  }
  // True if `length` octets from `begin` on have one in common with a run.
  bool touches(uint32_t begin, uint64_t length) const {
    const auto within = static_cast<int32_t>(std::min<uint64_t>(length, kLongest));
    const auto end = runs_.begin() + static_cast<std::ptrdiff_t>(std::min(count_, kMost));
    return std::any_of(runs_.begin(), end, [begin, within](const Run& run) {
      const int32_t from = sequence_distance(run.begin, begin);
      return from < within && from > -static_cast<int32_t>(run.length);
    });
  }

 private:
  struct Run {
    uint32_t begin = 0;
    uint32_t length = 0;
  };
  // Distances stay below half of the sequence space.
  static constexpr uint32_t kLongest = 1u << 30;

  std::array<Run, kMost> runs_{};
  size_t count_ = 0;  // ever added
};

}  // namespace tcpflow
