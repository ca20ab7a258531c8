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
// compares and drops.
class BlockQueue : public HeldQueue {
 public:
  void add(const StreamPiece& piece, StreamFront& front) override;
  void release(StreamFront& front) override;
  bool is_empty() const override { return blocks_.empty(); }
  uint64_t first() const override { return block(tree_.first()).begin; }
  PacketRef first_packet() const override { return block(tree_.first()).parts.front().packet; }
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
