// A red-black tree whose shape is a promise.
#pragma once

namespace tcpflow {

// The place of a block in the tree. A block derives from it. Not to be copied or moved while it is
// in a tree: its neighbours point at it.
struct BlockLinks {
  BlockLinks* parent = nullptr;
  BlockLinks* left = nullptr;
  BlockLinks* right = nullptr;
  bool is_red = false;
};

// Links that others own. After the same insertions and removals it has the same shape as the
// kernel's red-black tree, since both follow the textbook algorithm (decision 0010); the caller
// walks down and says where a block goes. Stays in place, as its blocks do.
class BlockTree {
 public:
  BlockTree();
  BlockTree(const BlockTree&) = delete;
  BlockTree& operator=(const BlockTree&) = delete;

  bool is_empty() const { return top_.parent == nullptr; }
  // Of a tree that is not empty.
  BlockLinks* root() const { return top_.parent; }
  BlockLinks* first() const { return top_.left; }
  BlockLinks* last() const { return top_.right; }
  // The one behind `links` in order, or null.
  BlockLinks* next(BlockLinks* links) const;

  // Where a walk from the root has ended: the side of `parent` on which nothing is.
  struct Place {
    BlockLinks* parent = nullptr;  // null: the tree is empty
    bool is_left = true;
  };
  // Balances as the textbook says; `links` must be in no tree.
  void insert(BlockLinks& links, Place place);
  // Puts `by` in the place and the colour of `old`, which is then in no tree; nothing is balanced.
  void replace(BlockLinks& old, BlockLinks& by);
  void erase(BlockLinks& links);

 private:
  BlockLinks top_;  // parent: the root, left: the first, right: the last
};

}  // namespace tcpflow
