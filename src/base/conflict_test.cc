#include "base/conflict.h"

#include <gtest/gtest.h>

#include <string>

namespace tcpflow {
namespace {

Bytes bytes_of(const std::string& text) { return as_bytes(text); }

std::string text_of(Bytes bytes) { return std::string(as_text(bytes)); }

// Conflicts of two copies from octet 10 of a packet's payload on.
FragmentConflicts found_in(const std::string& kept, const std::string& other) {
  FragmentConflicts found;
  FragmentConflict place;
  place.offset = 10;
  place.kept_by.number = 3;
  place.other_by.number = 4;
  found.compare(place, bytes_of(kept), bytes_of(other));
  return found;
}

TEST(Conflict, ReachesFromTheFirstToTheLastOctetThatDiffers) {
  const ByteDifference difference = difference_of(bytes_of("abcdef"), bytes_of("aXcdYf"));
  EXPECT_EQ(difference.first, 1u);
  EXPECT_EQ(difference.length, 4u);
  EXPECT_EQ(difference.count, 2u);
  EXPECT_EQ(difference_of(bytes_of("same"), bytes_of("same")).count, 0u);
  EXPECT_EQ(difference_of({}, {}).count, 0u);
}

TEST(Conflict, OfFragmentsCountsFromTheStartOfThePayload) {
  const FragmentConflicts found = found_in("0123456789", "01X34Y6789");  // 12 to 15 differ
  const std::vector<StreamConflict> within = conflicts_within({&found, 4}, 100);
  ASSERT_EQ(within.size(), 1u);
  EXPECT_EQ(within[0].offset, 8u);
  EXPECT_EQ(within[0].length(), 4u);
  EXPECT_EQ(text_of(within[0].kept), "2345");
  EXPECT_EQ(text_of(within[0].other), "X34Y");
  EXPECT_EQ(within[0].kept_by.number, 3u);
  EXPECT_EQ(within[0].other_by.number, 4u);
  EXPECT_TRUE(within[0].between_fragments);
}

TEST(Conflict, OfFragmentsIsCutToThePayload) {
  const FragmentConflicts found = found_in("abcdefgh", "ABCDEFGH");  // 10 to 17
  EXPECT_TRUE(conflicts_within({&found, 18}, 100).empty()) << "in the headers";
  EXPECT_TRUE(conflicts_within({&found, 2}, 8).empty()) << "behind the payload";
  const std::vector<StreamConflict> first = conflicts_within({&found, 15}, 100);
  ASSERT_EQ(first.size(), 1u);
  EXPECT_EQ(first[0].offset, 0u);
  EXPECT_EQ(text_of(first[0].kept), "fgh");
  const std::vector<StreamConflict> last = conflicts_within({&found, 8}, 5);
  ASSERT_EQ(last.size(), 1u);
  EXPECT_EQ(last[0].offset, 2u);
  EXPECT_EQ(text_of(last[0].other), "ABC");
}

TEST(Conflict, OfFragmentsKnowsItsLengthPastWhatIsRecorded) {
  const FragmentConflicts found = found_in(std::string(200, 'a'), std::string(200, 'b'));
  const std::vector<StreamConflict> all = conflicts_within({&found, 0}, 1000);
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].kept.size(), kConflictBytesRecorded);
  EXPECT_EQ(all[0].length(), 200u);
  const std::vector<StreamConflict> behind = conflicts_within({&found, 10 + 150}, 1000);
  ASSERT_EQ(behind.size(), 1u);
  EXPECT_TRUE(behind[0].kept.empty());
  EXPECT_EQ(behind[0].length(), 50u);
}

}  // namespace
}  // namespace tcpflow
