#include "stream/seq.h"

#include <gtest/gtest.h>

namespace tcpflow {
namespace {

TEST(SeqUnwrapper, CountsPastFourGigabytes) {
  const SeqUnwrapper seq(0xfffffff0);
  EXPECT_EQ(seq.offset(0xfffffff0, 0), 0);
  EXPECT_EQ(seq.offset(0x10, 0), 0x20);
  const uint64_t far = 5'000'000'000;
  EXPECT_EQ(seq.offset(seq.sequence(far), far - 1000), static_cast<int64_t>(far));
  EXPECT_EQ(seq.offset(seq.sequence(far - 3000), far), static_cast<int64_t>(far) - 3000);
}

TEST(SeqUnwrapper, TellsWhatLiesBeforeTheStream) {
  const SeqUnwrapper seq(1000);
  EXPECT_EQ(seq.offset(990, 0), -10);
  EXPECT_EQ(seq.offset(990, 100), -10);
}

}  // namespace
}  // namespace tcpflow
