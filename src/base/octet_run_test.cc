#include "base/octet_run.h"

#include <gtest/gtest.h>

namespace tcpflow {
namespace {

TEST(OctetRun, IsWhatIsLeftAfterCuts) {
  OctetRun run(as_bytes("abcdefgh"));
  run.drop_front(1);
  run.drop_back(1);
  EXPECT_EQ(as_text(run.bytes()), "bcdefg");
  const OctetRun right = run.split_off(4);
  EXPECT_EQ(as_text(run.bytes()), "bcde");
  EXPECT_EQ(as_text(right.bytes()), "fg");
  const OctetRun longer = run.split_off(1);
  EXPECT_EQ(as_text(run.bytes()), "b");
  EXPECT_EQ(as_text(longer.bytes()), "cde");
}

TEST(OctetRun, TakesAtMostTwiceTheRoomItNeeds) {
  OctetRun run{as_bytes(std::string(1000, 'x'))};
  while (run.size() > 1) {
    run.drop_front(1);
    ASSERT_LE(run.stored(), 2 * run.size() + 1);
  }
}

TEST(OctetRun, KeepsItsSpansGoodWhenItsStorageMoves) {
  OctetRun run(as_bytes("abcdef"));
  run.drop_front(2);
  const Bytes left = run.bytes();
  const std::vector<uint8_t> kept = run.take_storage();
  EXPECT_EQ(as_text(left), "cdef");
}

}  // namespace
}  // namespace tcpflow
