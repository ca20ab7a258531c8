#include "app/options_size.h"

#include <gtest/gtest.h>

#include <cstdint>

namespace tcpflow {
namespace {

constexpr size_t kUntouched = 77;

size_t read(std::string_view text) {
  ParseState state;
  size_t size = kUntouched;
  read_size({"--max-held", text}, state, size);
  EXPECT_FALSE(state.fault) << text;
  return size;
}

std::string fault_of(std::string_view text) {
  ParseState state;
  size_t size = kUntouched;
  read_size({"--max-held", text}, state, size);
  EXPECT_EQ(size, kUntouched) << text;
  return state.fault ? state.fault->message : "";
}

TEST(Size, IsANumberOfBytesOrOfTheUnitBehindIt) {
  EXPECT_EQ(read("1"), 1u);
  EXPECT_EQ(read("1500"), 1500u);
  EXPECT_EQ(read("64k"), 65536u);
  EXPECT_EQ(read("64K"), 65536u);
  EXPECT_EQ(read("16M"), size_t{16} << 20);
  EXPECT_EQ(read("3g"), size_t{3} << 30);
  EXPECT_EQ(read("2T"), size_t{2} << 40);
  EXPECT_EQ(read("18446744073709551615"), SIZE_MAX);
  EXPECT_EQ(read("16777215T"), size_t{16777215} << 40);
}

TEST(Size, SaysWhatIsWrongWithAWord) {
  for (const char* word : {"", "k", "x", "12x", "1.5M", "-1", "+1", "1MB", " 1", "1 ", "0x10"}) {
    std::string expected = "--max-held needs a size such as 500k, 64M or 2G, not '";
    EXPECT_EQ(fault_of(word), expected.append(word).append("'"));
  }
  EXPECT_EQ(fault_of("0"), "--max-held must be at least 1");
  EXPECT_EQ(fault_of("0G"), "--max-held must be at least 1");
  EXPECT_EQ(fault_of("16777216T"), "--max-held is too large: 16777216T");
  EXPECT_EQ(fault_of("18446744073709551616"), "--max-held is too large: 18446744073709551616");
}

TEST(Size, ReadsBackAsItIsShown) {
  EXPECT_EQ(size_text(size_t{256} << 20), "256M");
  EXPECT_EQ(size_text(1500), "1500");
  EXPECT_EQ(size_text(0), "0");
  for (const size_t size : {size_t{1}, size_t{1023}, size_t{1024}, size_t{5} << 33, SIZE_MAX}) {
    EXPECT_EQ(read(size_text(size)), size);
  }
}

}  // namespace
}  // namespace tcpflow
