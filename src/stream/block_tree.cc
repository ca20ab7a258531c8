#include "stream/block_tree.h"

#include <boost/intrusive/rbtree_algorithms.hpp>

namespace tcpflow {
namespace {

// BlockLinks as the library wants to see it.
struct LinkTraits {
  using node = BlockLinks;
  using node_ptr = BlockLinks*;
  using const_node_ptr = const BlockLinks*;
  using color = bool;
  static node_ptr get_parent(const_node_ptr n) { return n->parent; }
  static void set_parent(node_ptr n, node_ptr to) { n->parent = to; }
  static node_ptr get_left(const_node_ptr n) { return n->left; }
  static void set_left(node_ptr n, node_ptr to) { n->left = to; }
  static node_ptr get_right(const_node_ptr n) { return n->right; }
  static void set_right(node_ptr n, node_ptr to) { n->right = to; }
  static color get_color(const_node_ptr n) { return n->is_red; }
  static void set_color(node_ptr n, color is_red) { n->is_red = is_red; }
  static color black() { return false; }
  static color red() { return true; }
};
using Algorithms = boost::intrusive::rbtree_algorithms<LinkTraits>;

}  // namespace

BlockTree::BlockTree() { Algorithms::init_header(&top_); }

BlockLinks* BlockTree::next(BlockLinks* links) const {
  return links == top_.right ? nullptr : Algorithms::next_node(links);
}

void BlockTree::insert(BlockLinks& links, Place place) {
  Algorithms::insert_commit_data where;
  where.link_left = place.is_left;
  where.node = place.parent == nullptr ? &top_ : place.parent;
  Algorithms::insert_unique_commit(&top_, &links, where);
}

void BlockTree::replace(BlockLinks& old, BlockLinks& by) {
  Algorithms::replace_node(&old, &top_, &by);
}

void BlockTree::erase(BlockLinks& links) { Algorithms::erase(&top_, &links); }

}  // namespace tcpflow
