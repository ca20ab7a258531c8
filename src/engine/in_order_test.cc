#include "engine/in_order.h"

#include <gtest/gtest.h>

#include <random>
#include <utility>

namespace tcpflow {
namespace {

// A value, and where it stood.
using Entry = std::pair<int, size_t>;
using Row = std::vector<Entry>;

bool is_before(const Entry& a, const Entry& b) { return a.first < b.first; }

std::vector<Entry> merged(const std::vector<Row>& rows) {
  std::vector<const Row*> borrowed;
  for (const Row& row : rows) borrowed.push_back(&row);
  std::vector<size_t> taken(rows.size());
  std::vector<Entry> all;
  for (;;) {
    const Stretch run = next_run(borrowed, taken, is_before);
    if (run.first == run.last) return all;
    for (size_t i = run.first; i < run.last; ++i) all.push_back(rows[run.row][i]);
  }
}

TEST(InOrder, IsEmptyWithoutEntries) {
  EXPECT_TRUE(merged({}).empty());
  EXPECT_TRUE(merged({{}, {}, {}}).empty());
}

TEST(InOrder, GivesAStretchOfARowAtOnce) {
  const Row a{{1, 0}, {2, 0}, {5, 0}};
  const Row b{{3, 1}, {4, 1}};
  std::vector<const Row*> rows{&a, &b};
  std::vector<size_t> taken(2);
  Stretch run = next_run(rows, taken, is_before);
  EXPECT_EQ(run.row, 0u);
  EXPECT_EQ(run.last, 2u);
  run = next_run(rows, taken, is_before);
  EXPECT_EQ(run.row, 1u);
  EXPECT_EQ(run.last, 2u);
}

TEST(InOrder, IsAStableMergeOfAnyRows) {
  std::mt19937 random(7);
  for (int round = 0; round < 500; ++round) {
    std::vector<Row> rows(random() % 5);
    std::vector<Entry> expected;
    for (size_t r = 0; r < rows.size(); ++r) {
      const size_t count = random() % 12;
      for (size_t i = 0; i < count; ++i) {
        rows[r].emplace_back(static_cast<int>(random() % 10), r * 100 + i);
      }
      std::stable_sort(rows[r].begin(), rows[r].end(), is_before);
      expected.insert(expected.end(), rows[r].begin(), rows[r].end());
    }
    std::stable_sort(expected.begin(), expected.end(), is_before);
    ASSERT_EQ(merged(rows), expected);
  }
}

}  // namespace
}  // namespace tcpflow
