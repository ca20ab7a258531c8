#include "stream/stream_front.h"

#include <algorithm>
#include <cstring>

namespace tcpflow {

uint64_t tell_difference(const StreamPiece& kept, const StreamPiece& other, OrderedSink& sink) {
  const uint64_t begin = std::max(kept.at, other.at);
  const uint64_t end = std::min(kept.at + kept.bytes.size(), other.at + other.bytes.size());
  if (begin >= end) return 0;
  const Bytes ours = kept.bytes.subspan(begin - kept.at, end - begin);
  const Bytes theirs = other.bytes.subspan(begin - other.at, end - begin);
  if (std::memcmp(ours.data(), theirs.data(), ours.size()) == 0)
    return ours.size();  // nearly always
  // One conflict, from the first to the last octet that differs, with those between that agree.
  size_t first = ours.size();
  size_t last = 0;
  StreamConflict found;
  for (size_t i = 0; i < ours.size(); ++i) {
    if (ours[i] == theirs[i]) continue;
    first = std::min(first, i);
    last = i;
    ++found.differing;
  }
  found.offset = begin + first;
  found.kept = ours.subspan(first, last + 1 - first);
  found.other = theirs.subspan(first, last + 1 - first);
  found.kept_by = kept.packet;
  found.other_by = other.packet;
  sink.on_conflict(found);
  return ours.size();
}

}  // namespace tcpflow
