#include "stream/stream_front.h"

#include <algorithm>

namespace tcpflow {

uint64_t tell_difference(const StreamPiece& kept, const StreamPiece& other, OrderedSink& sink) {
  const uint64_t begin = std::max(kept.at, other.at);
  const uint64_t end = std::min(kept.at + kept.bytes.size(), other.at + other.bytes.size());
  if (begin >= end) return 0;
  const Bytes ours = kept.bytes.subspan(begin - kept.at, end - begin);
  const Bytes theirs = other.bytes.subspan(begin - other.at, end - begin);
  const ByteDifference difference = difference_of(ours, theirs);
  if (difference.count == 0) return ours.size();
  // One conflict, from the first to the last octet that differs, with those between that agree.
  StreamConflict found;
  found.offset = begin + difference.first;
  found.differing = difference.count;
  found.kept = ours.subspan(difference.first, difference.length);
  found.other = theirs.subspan(difference.first, difference.length);
  found.kept_by = kept.packet;
  found.other_by = other.packet;
  sink.on_conflict(found);
  return ours.size();
}

}  // namespace tcpflow
