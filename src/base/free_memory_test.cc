#include "base/free_memory.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace tcpflow {
namespace {

struct Several {
  std::string text;
  std::vector<int> numbers;
  int plain = 7;
};

TEST(FreeMemory, FreesWhatAStringOrAVectorTook) {
  std::string text(1000, 'x');
  free_memory(text);
  EXPECT_EQ(text, "");
  EXPECT_EQ(text.capacity(), std::string().capacity());
  std::vector<int> numbers(1000);
  free_memory(numbers);
  EXPECT_EQ(numbers.capacity(), 0u);
}

TEST(FreeMemory, FreesTheMembersOfAStructure) {
  Several several{std::string(1000, 'x'), std::vector<int>(1000), 1};
  free_memory(several);
  EXPECT_EQ(several.text.capacity(), std::string().capacity());
  EXPECT_EQ(several.numbers.capacity(), 0u);
  EXPECT_EQ(several.plain, 7);
}

}  // namespace
}  // namespace tcpflow
