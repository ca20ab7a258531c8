#include "stream/block_tree.h"

#include <gtest/gtest.h>

#include <deque>
#include <random>
#include <set>

namespace tcpflow {
namespace {

struct Numbered : BlockLinks {
  int number = 0;
};
int number_of(const BlockLinks* links) { return static_cast<const Numbered*>(links)->number; }

// Counts the black nodes on the way down, which must be the same on all ways; -1: they are not, or
// red stands on red, or the order is wrong.
int black_height(const BlockLinks* links, int low, int high) {
  if (links == nullptr) return 0;
  const int number = number_of(links);
  if (number <= low || number >= high) return -1;
  for (const BlockLinks* child : {links->left, links->right}) {
    if (child != nullptr && child->is_red && links->is_red) return -1;
  }
  const int left = black_height(links->left, low, number);
  const int right = black_height(links->right, number, high);
  return left < 0 || left != right ? -1 : left + (links->is_red ? 0 : 1);
}

class Tree {
 public:
  void insert(int number) {
    BlockTree::Place place;
    for (BlockLinks* at = tree.is_empty() ? nullptr : tree.root(); at != nullptr;) {
      if (number_of(at) == number) return;
      place = {at, number < number_of(at)};
      at = place.is_left ? at->left : at->right;
    }
    tree.insert(make(number), place);
  }
  Numbered* find(int number) {
    BlockLinks* at = tree.is_empty() ? nullptr : tree.root();
    while (at != nullptr && number_of(at) != number) {
      at = number < number_of(at) ? at->left : at->right;
    }
    return static_cast<Numbered*>(at);
  }
  Numbered& make(int number) {
    made_.emplace_back().number = number;
    return made_.back();
  }
  std::set<int> numbers() const {
    std::set<int> all;
    if (tree.is_empty()) return all;
    for (BlockLinks* at = tree.first(); at != nullptr; at = tree.next(at))
      all.insert(number_of(at));
    EXPECT_EQ(*all.rbegin(), number_of(tree.last()));
    return all;
  }

  BlockTree tree;

 private:
  std::deque<Numbered> made_;
};

TEST(BlockTree, StaysOrderedAndBalancedWhateverIsDoneToIt) {
  std::mt19937 random(1);
  Tree tree;
  std::set<int> model;
  for (int step = 0; step < 5000; ++step) {
    const int number = static_cast<int>(random() % 200);
    Numbered* const known = tree.find(number);
    ASSERT_EQ(known != nullptr, model.count(number) == 1);
    if (known == nullptr) {
      tree.insert(number);
      model.insert(number);
    } else if (random() % 4 == 0) {
      tree.tree.replace(*known, tree.make(number));
    } else {
      tree.tree.erase(*known);
      model.erase(number);
    }
    ASSERT_EQ(tree.numbers(), model);
    if (model.empty()) continue;
    ASSERT_GE(black_height(tree.tree.root(), -1, 200), 0);
  }
}

TEST(BlockTree, TurnsAsTheTextbookSays) {
  Tree tree;
  for (const int number : {1, 2, 3, 4, 5}) tree.insert(number);
  const BlockLinks* root = tree.tree.root();
  EXPECT_EQ(number_of(root), 2);
  EXPECT_EQ(number_of(root->left), 1);
  EXPECT_EQ(number_of(root->right), 4);
  EXPECT_EQ(number_of(root->right->left), 3);
  EXPECT_TRUE(root->right->right->is_red);
  tree.tree.erase(*tree.find(2));
  EXPECT_EQ(number_of(tree.tree.root()), 3) << "the successor takes its place";
}

}  // namespace
}  // namespace tcpflow
