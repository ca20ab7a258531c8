#include "base/code_point.h"

#include <gtest/gtest.h>

#include <string>

namespace tcpflow {
namespace {

TEST(CodePoint, IsReadFromASequenceOfEachLength) {
  for (const auto& [text, value] : {std::pair<std::string, uint32_t>{"a", 'a'},
                                    {"\u00e9", 0xe9},
                                    {"\u20ac", 0x20ac},
                                    {"\U0001f600", 0x1f600},
                                    {"\xf4\x8f\xbf\xbf", 0x10ffff}}) {
    EXPECT_EQ(first_code_point(as_bytes(text + "x")).value, value);
    EXPECT_EQ(first_code_point(as_bytes(text + "x")).length, text.size());
    EXPECT_TRUE(is_utf8(as_bytes(text + text)));
  }
  EXPECT_TRUE(is_utf8({}));
}

TEST(CodePoint, IsNoneInWhatIsNoUtf8) {
  for (const char* text : {"\x80", "\xc1\x81", "\xe0\x9f\xbf", "\xed\xa0\x80", "\xf0\x8f\xbf\xbf",
                           "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xe2\x82", "\xc3(", "\xff"}) {
    EXPECT_EQ(first_code_point(as_bytes(text)).length, 0U);
    EXPECT_FALSE(is_utf8(as_bytes(std::string("a").append(text))));
  }
}

}  // namespace
}  // namespace tcpflow
