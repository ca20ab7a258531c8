#include "stream/run_queue.h"

#include <algorithm>
#include <cassert>

namespace tcpflow {

void RunQueue::add(const StreamPiece& piece, StreamFront& front) {
  const OctetRange mine{piece.at, piece.at + piece.bytes.size()};
  uint64_t from = mine.begin;  // what lies before is placed, or lost
  auto run = runs_.first_ending_after(mine.begin);
  while (run != runs_.end() && run->first < mine.end) {
    const StreamPiece held{run->first, run->second.octets.bytes(), 0, run->second.packet};
    const OctetRange theirs = range_of(*run);
    if (newer_wins(rule_, mine, theirs)) {
      front.pass_over(piece, held);
      run = runs_.cut(run, {std::max(mine.begin, theirs.begin), std::min(mine.end, theirs.end)});
      continue;
    }
    front.pass_over(held, piece);
    place({from, theirs.begin}, piece, front);
    from = theirs.end;
    ++run;
  }
  place({from, mine.end}, piece, front);
}

void RunQueue::place(const OctetRange& won, const StreamPiece& piece, StreamFront& front) {
  if (won.begin >= won.end) return;
  const Bytes bytes = piece.bytes.subspan(won.begin - piece.at, won.end - won.begin);
  // Only of a piece that begins at the front; what becomes due by it waits for release().
  if (won.begin == front.next()) return front.deliver(bytes, piece.packet);
  runs_.insert(won.begin, bytes, piece.packet);
}

bool RunQueue::may_hold(const OctetRange& range) const {
  const auto run = runs_.first_ending_after(range.begin);
  return run != runs_.end() && run->first < range.end;
}

void RunQueue::release(StreamFront& front) {
  while (!is_empty() && first() == front.next()) {
    auto node = runs_.take_first();
    RunMap::Run& run = node.mapped();
    const Bytes bytes = run.octets.bytes();
    front.retire(run.octets.take_storage());
    front.deliver(bytes, run.packet);
  }
  assert(is_empty() || first() > front.next());
}

}  // namespace tcpflow
