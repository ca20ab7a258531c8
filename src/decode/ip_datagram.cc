#include "decode/ip_datagram.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace tcpflow {

bool IpDatagram::agrees(const FragmentRange& range) const {
  const uint64_t end = range.octets.end;
  // A last fragment sets the end, once; all others lie before it. One that is last may not end
  // before octets that came already.
  if (is_end_known_) return range.is_last ? end == end_ : end <= end_;
  return !range.is_last || end >= end_;
}

// Linux ignores what lies wholly within a run of fragments that came in order, and takes every
// other overlap for an attack. Of other policies there are no runs.
bool IpDatagram::bears_with(const OctetRange& range) const {
  if (runs_.empty()) return true;
  const auto behind = runs_.lower_bound(range.end);
  if (behind == runs_.begin()) return true;
  const auto run = std::prev(behind);  // the last that begins before the range's end
  if (run->second <= range.begin) return true;
  return run->first <= range.begin && range.end <= run->second;
}

std::vector<OctetRange> IpDatagram::won(const OctetRange& range) {
  const OverlapRule rule = overlap_rule(policy_);
  std::vector<OctetRange> found;
  uint64_t from = range.begin;
  for (auto piece = pieces_.first_ending_after(from);
       piece != pieces_.end() && piece->first < range.end; ++piece) {
    const OctetRange theirs = range_of(*piece);
    if (newer_wins(rule, range, theirs)) continue;
    if (from < theirs.begin) found.push_back({from, theirs.begin});
    from = theirs.end;
  }
  if (from < range.end) found.push_back({from, range.end});
  return found;
}

void IpDatagram::fill(const FragmentRange& range, const FragmentCopy& copy,
                      const std::vector<OctetRange>& won) {
  const uint64_t begin = range.octets.begin;
  end_ = std::max(end_, range.octets.end);
  is_end_known_ = is_end_known_ || range.is_last;
  note_conflicts({begin, begin + copy.bytes.size()}, copy);
  // Of `range` only the captured octets are in `won`. What the snap length cut stays a hole, so
  // such a datagram never becomes complete.
  for (const OctetRange& mine : won) {
    clear(mine);
    const Bytes bytes = copy.bytes.subspan(mine.begin - begin, mine.end - mine.begin);
    pieces_.insert(mine.begin, bytes, copy.packet);
    filled_ += mine.end - mine.begin;
  }
  if (policy_ == FragmentPolicy::linux_modern) extend_runs(range.octets);
}

// Compares the copy at `range` with each piece that it overlaps, before it takes the place of any.
void IpDatagram::note_conflicts(const OctetRange& range, const FragmentCopy& copy) {
  const OverlapRule rule = overlap_rule(policy_);
  for (auto piece = pieces_.first_ending_after(range.begin);
       piece != pieces_.end() && piece->first < range.end; ++piece) {
    const OctetRange theirs = range_of(*piece);
    const uint64_t begin = std::max(range.begin, theirs.begin);
    const uint64_t shared = std::min(range.end, theirs.end) - begin;
    FragmentConflict place;
    place.offset = begin;
    place.kept_by = piece->second.packet;
    place.other_by = copy.packet;
    Bytes kept = piece->second.octets.bytes().subspan(begin - theirs.begin, shared);
    Bytes other = copy.bytes.subspan(begin - range.begin, shared);
    if (newer_wins(rule, range, theirs)) {
      std::swap(place.kept_by, place.other_by);
      std::swap(kept, other);
    }
    conflicts_.compare(place, kept, other);
  }
}

void IpDatagram::clear(const OctetRange& range) {
  auto piece = pieces_.first_ending_after(range.begin);
  while (piece != pieces_.end() && piece->first < range.end) {
    const OctetRange theirs = range_of(*piece);
    const OctetRange lost{std::max(range.begin, theirs.begin), std::min(range.end, theirs.end)};
    filled_ -= lost.end - lost.begin;
    piece = pieces_.cut(piece, lost);
  }
}

// Only what follows the highest octet so far continues a run; the others are runs of their own.
void IpDatagram::extend_runs(const OctetRange& range) {
  const auto behind = runs_.lower_bound(range.end);
  const bool is_known = behind != runs_.begin() && std::prev(behind)->second > range.begin;
  if (is_known) return;
  if (!runs_.empty() && std::prev(runs_.end())->second == range.begin) {
    std::prev(runs_.end())->second = range.end;
  } else {
    runs_.emplace(range.begin, range.end);
  }
}

std::vector<uint8_t> IpDatagram::bytes() const {
  std::vector<uint8_t> all;
  all.reserve(end_);
  for (const auto& run : pieces_) {
    const Bytes piece = run.second.octets.bytes();
    all.insert(all.end(), piece.begin(), piece.end());
  }
  return all;
}

}  // namespace tcpflow
