#include "report/clean_text.h"

#include <gtest/gtest.h>

namespace tcpflow {
namespace {

std::string utf8(std::string_view text) {
  std::string out;
  append_utf8(out, text);
  return out;
}

std::string printable(std::string_view text) {
  std::string out;
  append_printable(out, text);
  return out;
}

TEST(CleanText, LeavesUtf8AsItIs) {
  EXPECT_EQ(utf8("plain"), "plain");
  EXPECT_EQ(utf8("\xc3\xa4 \xe2\x82\xac \xf0\x9f\x90\x9f"),
            "\xc3\xa4 \xe2\x82\xac \xf0\x9f\x90\x9f");
  EXPECT_EQ(utf8("a\tb\n"), "a\tb\n");
}

TEST(CleanText, WritesOctetsThatAreNoneInPercent) {
  EXPECT_EQ(utf8("\xff"), "%FF");
  EXPECT_EQ(utf8("a\xe4z"), "a%E4z");
  EXPECT_EQ(utf8("\xc3"), "%C3");
  EXPECT_EQ(utf8("\xed\xa0\x80"), "%ED%A0%80");  // a surrogate
  EXPECT_EQ(utf8("\xc0\x80"), "%C0%80");         // overlong
}

TEST(CleanText, PrintsNothingThatMovesTheCursor) {
  EXPECT_EQ(printable("\033[2J"), "%1B[2J");
  EXPECT_EQ(printable("a\tb\r\n"), "a%09b%0D%0A");
  EXPECT_EQ(printable(std::string_view("\0\x7f", 2)), "%00%7F");
  EXPECT_EQ(printable("\xc2\x9b"
                      "1m"),
            "%C2%9B1m");                                  // CSI of C1
  EXPECT_EQ(printable("\xe2\x80\xa8"), "%E2%80%A8");      // a line separator
  EXPECT_EQ(printable("a\xe2\x80\xaez"), "a%E2%80%AEz");  // from right to left
  EXPECT_EQ(printable("\xc3\xa4"), "\xc3\xa4");
}

TEST(CleanText, WritesTimesWithNineDigits) {
  std::string out;
  append_nanosecond_time(out, make_time(1'500'000'000, 1'000));
  EXPECT_EQ(out, "2017-07-14T02:40:00.000001000Z");
  out.clear();
  append_nanosecond_time(out, make_time(-1, 0));
  EXPECT_EQ(out, "1969-12-31T23:59:59.000000000Z");
}

TEST(CleanText, WritesHexadecimalInLowerCase) {
  EXPECT_EQ(hex(as_bytes("\xe4\x09")), "e409");
  EXPECT_EQ(hex({}), "");
}

}  // namespace
}  // namespace tcpflow
