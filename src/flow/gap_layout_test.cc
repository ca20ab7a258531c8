#include "flow/gap_layout.h"

#include <gtest/gtest.h>

namespace tcpflow {
namespace {

TEST(GapLayout, KeepsOffsetsWhereGapsAreZeros) {
  GapLayout layout(GapForm::zero);
  EXPECT_EQ(layout.add_gap(10), "");
  EXPECT_EQ(layout.place(15), 15u);
}

TEST(GapLayout, ClosesUpWhereGapsAreSkipped) {
  GapLayout layout(GapForm::skip);
  EXPECT_EQ(layout.place(5), 5u);
  EXPECT_EQ(layout.add_gap(10), "");
  EXPECT_EQ(layout.place(15), 5u);
  EXPECT_EQ(layout.add_gap(uint64_t{1} << 40), "");
  EXPECT_EQ(layout.place(15 + (uint64_t{1} << 40)), 5u);
}

TEST(GapLayout, PutsALineInThePlaceOfAGapThatIsMarked) {
  GapLayout layout(GapForm::mark);
  const std::string marker = "\n[tcpflow: 10 bytes missing]\n";
  EXPECT_EQ(layout.add_gap(10), marker);
  EXPECT_EQ(layout.place(15), 5 + marker.size());
  EXPECT_EQ(layout.add_gap(10), marker);
  EXPECT_EQ(layout.place(25), 5 + 2 * marker.size());
}

}  // namespace
}  // namespace tcpflow
