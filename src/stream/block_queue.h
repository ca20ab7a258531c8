// Held bytes as Linux holds them.
#pragma once

#include <list>
#include <vector>

#include "stream/block_tree.h"
#include "stream/held_queue.h"

namespace tcpflow {

// Blocks in order of their start, no two with the same; they may overlap. What becomes of a piece
// depends on the blocks met on the way down the tree, so its shape matters
// (docs/decisions/0010-linux-held-queue.md). A call costs O(log n) in the blocks held, and what it
// compares and drops. In short, of a piece that is not next in order:
//
//   behind the last block         appended to it if it follows at once, else a block of its own
//   met on the way down: a block
//     that ends where it begins   appended to that
//     that holds all of it        dropped
//     that begins where it does,  replaced by it
//     and ends before
//   else                          a block of its own
//
// and a new block takes the place of those behind it that it covers whole. Of copies that remain in
// two blocks the one delivered first counts.
class BlockQueue : public HeldQueue {
 public:
  void add(const StreamPiece& piece, StreamFront& front) override;
  void release(StreamFront& front) override;
  bool is_empty() const override { return blocks_.empty(); }
  uint64_t first() const override { return block(tree_.first()).begin; }
  PacketRef first_packet() const override { return block(tree_.first()).parts.front().packet; }
  bool may_hold(const OctetRange& range) const override;
  size_t cost() const override { return cost_; }

 private:
  // What one packet brought.
  struct Part {
    uint64_t at = 0;
    std::vector<uint8_t> bytes;
    PacketRef packet;
    StreamPiece piece() const { return {at, bytes, 0, packet}; }
  };
  // Parts without a hole between them.
  struct Block : BlockLinks {
    uint64_t begin = 0;
    uint64_t end = 0;
    std::vector<Part> parts;
    std::list<Block>::iterator self;
  };

  // Every node of the tree is a Block.
  static Block& block(BlockLinks* links) { return *static_cast<Block*>(links); }
  Block& make(const StreamPiece& piece);
  void append(Block& to, const StreamPiece& piece);
  static void drop(const StreamPiece& piece, const Block& in, StreamFront& front);
  void insert(const StreamPiece& piece, BlockTree::Place place, StreamFront& front);
  void replace(Block& old, const StreamPiece& piece, StreamFront& front);
  void drop_covered(Block& by, const StreamPiece& piece, StreamFront& front);
  void remove(Block& gone);
  void deliver(Part& part, StreamFront& front);
  void skip(const StreamPiece& piece, StreamFront& front) const;

  BlockTree tree_;
  std::list<Block> blocks_;
  size_t cost_ = 0;
  std::vector<StreamPiece> delivered_;  // in this call, to compare what is skipped with
};

}  // namespace tcpflow
