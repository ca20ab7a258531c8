#include "output/unread_stream.h"

#include <gtest/gtest.h>

#include <string>

namespace tcpflow {
namespace {

std::string text_of(const std::optional<UnreadStream::Piece>& piece) {
  if (!piece) return "nothing";
  if (piece->gap > 0) return "gap of " + std::to_string(piece->gap);
  return std::string(as_text(piece->bytes));
}

TEST(UnreadStream, GivesPiecesAsTheyCame) {
  UnreadStream unread;
  unread.add(as_bytes(std::string_view("abc")));
  unread.add_gap(7);
  unread.add(as_bytes(std::string_view("def")));
  EXPECT_EQ(text_of(unread.next_whole(2)), "nothing");
  EXPECT_EQ(text_of(unread.next_whole(3)), "abc");
  EXPECT_TRUE(unread.begins_with_gap());
  EXPECT_EQ(text_of(unread.next(3)), "gap of 7");
  EXPECT_EQ(text_of(unread.next(3)), "nothing");
  EXPECT_EQ(text_of(unread.next(5)), "de");
  EXPECT_EQ(text_of(unread.next(100)), "f");
  EXPECT_TRUE(unread.is_empty());
  EXPECT_EQ(unread.begin(), unread.end());
  EXPECT_EQ(unread.cost(), 0U);
}

TEST(UnreadStream, KeepsWhatTheBatchTakesAway) {
  UnreadStream unread;
  std::string text = "abcdef";
  unread.add(as_bytes(text));
  EXPECT_EQ(text_of(unread.next(2)), "ab");
  unread.keep();
  text.assign(6, 'x');
  EXPECT_EQ(text_of(unread.next(4)), "cd");
  unread.keep();
  EXPECT_EQ(text_of(unread.next(6)), "ef");
}

TEST(UnreadStream, KeepsNothingOfWhatWasTakenHoweverLongSomethingWaits) {
  UnreadStream unread;
  const std::string text = "ab";
  unread.add(as_bytes(text));
  uint64_t taken = 0;
  for (int i = 0; i < 10'000; ++i) {
    unread.add(as_bytes(text));
    const std::optional<UnreadStream::Piece> piece = unread.next(unread.end() - 1);
    ASSERT_TRUE(piece);
    taken += piece->bytes.size();
    ASSERT_LE(unread.cost(), 1000U) << taken;
    while (unread.next(unread.end() - 1)) {
    }
  }
}

}  // namespace
}  // namespace tcpflow
