// Puts what several shards made into one order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace tcpflow {

// A stretch of one of several rows.
struct Stretch {
  size_t row = 0;
  size_t first = 0;
  size_t last = 0;  // behind it
};

// The next stretch of a row that comes before all that is left in the others; of equals the lower
// row's. `rows`: anything with size() and operator[] whose entries `is_before` compares; each in
// order. `taken`: how much of each is taken already, moved on by the call. A run without entries:
// all are taken.
template <typename Rows, typename Before>
Stretch next_run(const Rows& rows, std::vector<size_t>& taken, const Before& is_before) {
  constexpr size_t kNone = SIZE_MAX;
  size_t least = kNone;
  size_t second = kNone;
  for (size_t row = 0; row < rows.size(); ++row) {
    if (taken[row] == rows[row]->size()) continue;
    const auto head_is_before = [&](size_t other) {
      return other == kNone || is_before((*rows[row])[taken[row]], (*rows[other])[taken[other]]);
    };
    if (head_is_before(least)) {
      second = least;
      least = row;
    } else if (head_is_before(second)) {
      second = row;
    }
  }
  if (least == kNone) return {};
  Stretch run{least, taken[least], rows[least]->size()};
  if (second != kNone) {
    const auto& limit = (*rows[second])[taken[second]];
    run.last = run.first + 1;
    // An entry that equals the limit goes first if its row does.
    const auto goes_first = [&](const auto& entry) {
      return least < second ? !is_before(limit, entry) : is_before(entry, limit);
    };
    while (run.last < rows[least]->size() && goes_first((*rows[least])[run.last])) ++run.last;
  }
  taken[least] = run.last;
  return run;
}

}  // namespace tcpflow
