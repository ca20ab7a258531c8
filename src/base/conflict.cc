#include "base/conflict.h"

#include <algorithm>
#include <cstring>

namespace tcpflow {

ByteDifference difference_of(Bytes a, Bytes b) {
  ByteDifference found;
  if (a.empty() || std::memcmp(a.data(), b.data(), a.size()) == 0) return found;  // nearly always
  size_t last = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    if (a[i] == b[i]) continue;
    if (found.count++ == 0) found.first = i;
    last = i;
  }
  found.length = last + 1 - found.first;
  return found;
}

void FragmentConflicts::compare(FragmentConflict place, Bytes kept_copy, Bytes other_copy) {
  const ByteDifference difference = difference_of(kept_copy, other_copy);
  if (difference.count == 0) return;
  ++count;
  differing += difference.count;
  if (noted.size() >= kMostNoted) return;
  place.offset += difference.first;
  place.length = difference.length;
  const size_t recorded = place.recorded();
  const Bytes kept_part = kept_copy.subspan(difference.first, recorded);
  const Bytes other_part = other_copy.subspan(difference.first, recorded);
  std::copy(kept_part.begin(), kept_part.end(), place.kept.begin());
  std::copy(other_part.begin(), other_part.end(), place.other.begin());
  noted.push_back(place);
}

std::vector<StreamConflict> conflicts_within(const PayloadConflicts& conflicts, uint64_t length) {
  std::vector<StreamConflict> within;
  if (!conflicts.any()) return within;
  for (const FragmentConflict& each : conflicts.found->noted) {
    const uint64_t begin = std::max(each.offset, conflicts.payload_at);
    const uint64_t end = std::min(each.offset + each.length, conflicts.payload_at + length);
    if (begin >= end) continue;
    // Of a conflict that begins in the headers less is recorded of the payload's part, or nothing.
    const size_t from = std::min<size_t>(begin - each.offset, each.recorded());
    const size_t to = std::min<size_t>(end - each.offset, each.recorded());
    StreamConflict told;
    told.offset = begin - conflicts.payload_at;
    told.kept = Bytes(each.kept).subspan(from, to - from);
    told.other = Bytes(each.other).subspan(from, to - from);
    told.kept_by = each.kept_by;
    told.other_by = each.other_by;
    told.cut_off = end - begin - told.kept.size();
    told.between_fragments = true;
    within.push_back(told);
  }
  return within;
}

}  // namespace tcpflow
