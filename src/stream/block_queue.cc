#include "stream/block_queue.h"

#include <algorithm>
#include <cassert>
#include <iterator>
#include <utility>

namespace tcpflow {
namespace {

// What blocks and parts cost besides bytes: list node, vectors that have grown, allocator headers.
constexpr size_t kBlockCost = 128;
constexpr size_t kPartCost = 128;
// Blocks may lie in each other, so all are looked at: of more it is not asked.
constexpr size_t kMostLookedAt = 64;

uint64_t end_of(const StreamPiece& piece) { return piece.at + piece.bytes.size(); }

}  // namespace

void BlockQueue::add(const StreamPiece& piece, StreamFront& front) {
  if (piece.at == front.next()) {  // not queued at all, so it wins over all that is
    front.deliver(piece.bytes, piece.packet);
    delivered_.push_back(piece);
    return;
  }
  if (is_empty()) return insert(piece, {}, front);
  Block& last = block(tree_.last());
  if (piece.at == last.end) return append(last, piece);
  if (piece.at > last.end) return insert(piece, {&last, false}, front);
  BlockTree::Place place;
  for (BlockLinks* links = tree_.root(); links != nullptr;) {
    Block& met = block(links);
    place = {links, piece.at < met.begin};
    links = place.is_left ? met.left : met.right;
    // From here on the piece begins in this block, or right behind it.
    if (place.is_left || piece.at > met.end) continue;
    if (piece.at == met.end) return append(met, piece);
    if (end_of(piece) <= met.end) return drop(piece, met, front);
    if (piece.at == met.begin) return replace(met, piece, front);
  }
  insert(piece, place, front);
}

BlockQueue::Block& BlockQueue::make(const StreamPiece& piece) {
  Block& made = blocks_.emplace_back();
  made.self = std::prev(blocks_.end());
  made.begin = made.end = piece.at;
  cost_ += kBlockCost;
  append(made, piece);
  return made;
}

void BlockQueue::append(Block& to, const StreamPiece& piece) {
  assert(piece.at == to.end);
  to.parts.push_back({piece.at, {piece.bytes.begin(), piece.bytes.end()}, piece.packet});
  to.end = end_of(piece);
  cost_ += kPartCost + piece.bytes.size();
}

bool BlockQueue::may_hold(const OctetRange& range) const {
  if (blocks_.size() > kMostLookedAt) return true;
  return std::any_of(blocks_.begin(), blocks_.end(), [&range](const Block& held) {
    return held.begin < range.end && range.begin < held.end;
  });
}

// All of it is there.
void BlockQueue::drop(const StreamPiece& piece, const Block& in, StreamFront& front) {
  auto part = std::partition_point(in.parts.begin(), in.parts.end(), [&](const Part& each) {
    return end_of(each.piece()) <= piece.at;
  });
  for (; part != in.parts.end() && part->at < end_of(piece); ++part) {
    front.pass_over(part->piece(), piece);
  }
}

void BlockQueue::insert(const StreamPiece& piece, BlockTree::Place place, StreamFront& front) {
  Block& made = make(piece);
  tree_.insert(made, place);
  drop_covered(made, piece, front);
}

void BlockQueue::replace(Block& old, const StreamPiece& piece, StreamFront& front) {
  Block& made = make(piece);
  tree_.replace(old, made);
  for (const Part& part : old.parts) front.pass_over(piece, part.piece());
  remove(old);
  drop_covered(made, piece, front);
}

// Of the blocks behind a new one those go that it covers, up to the first that it does not.
void BlockQueue::drop_covered(Block& by, const StreamPiece& piece, StreamFront& front) {
  while (BlockLinks* links = tree_.next(&by)) {
    Block& behind = block(links);
    if (behind.end > by.end) return;
    for (const Part& part : behind.parts) front.pass_over(piece, part.piece());
    tree_.erase(behind);
    remove(behind);
  }
}

// It is out of the tree.
void BlockQueue::remove(Block& gone) {
  cost_ -= kBlockCost;
  for (const Part& part : gone.parts) cost_ -= kPartCost + part.bytes.size();
  blocks_.erase(gone.self);
}

void BlockQueue::release(StreamFront& front) {
  while (!is_empty() && first() <= front.next()) {
    Block& due = block(tree_.first());
    tree_.erase(due);
    for (Part& part : due.parts) deliver(part, front);
    remove(due);
  }
  delivered_.clear();
}

// Skips what was delivered before: in this call, or the block would have gone with it.
void BlockQueue::deliver(Part& part, StreamFront& front) {
  StreamPiece piece = part.piece();
  cost_ -= piece.bytes.size();
  front.retire(std::move(part.bytes));  // the piece's span stays good
  const uint64_t before = front.next() - piece.at;
  const auto seen = static_cast<size_t>(std::min<uint64_t>(before, piece.bytes.size()));
  if (seen != 0) skip({piece.at, piece.bytes.first(seen), 0, piece.packet}, front);
  if (seen == piece.bytes.size()) return;
  piece.at += seen;
  piece.bytes = piece.bytes.subspan(seen);
  delivered_.push_back(piece);
  front.deliver(piece.bytes, piece.packet);
}

void BlockQueue::skip(const StreamPiece& piece, StreamFront& front) const {
  auto kept =
      std::partition_point(delivered_.begin(), delivered_.end(),
                           [&](const StreamPiece& each) { return end_of(each) <= piece.at; });
  for (; kept != delivered_.end() && kept->at < end_of(piece); ++kept) {
    front.pass_over(*kept, piece);
  }
}

}  // namespace tcpflow
