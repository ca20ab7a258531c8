#include "output/utf8.h"

#include <gtest/gtest.h>

namespace tcpflow {
namespace {

TEST(Utf8, IsToldFromOtherOctets) {
  EXPECT_EQ(text_kind(""), TextKind::ascii);
  EXPECT_EQ(text_kind("plain"), TextKind::ascii);
  for (const char* text : {"caf\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x90\xb1", "\xed\x9f\xbf"}) {
    EXPECT_EQ(text_kind(text), TextKind::utf8) << text;
  }
  for (const char* text : {"\x80", "\xc3", "\xc0\x80", "\xe0\x80\x80", "\xed\xa0\x80", "\xc3(",
                           "\xf4\x90\x80\x80", "\xf8\x88\x80\x80\x80", "\xe2\x82"}) {
    EXPECT_EQ(text_kind(text), TextKind::other);
  }
}

}  // namespace
}  // namespace tcpflow
