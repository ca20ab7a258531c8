#include "flow/start_hold.h"

#include <gtest/gtest.h>

namespace tcpflow {
namespace {

TEST(StartHold, CostsWhatItTakesNotOnlyWhatItHolds) {
  StartHold hold;
  EXPECT_EQ(hold.cost(), 0u);
  const uint8_t octet = 'x';
  for (int i = 0; i < 20; ++i) hold.add(i, {0, Bytes(&octet, 1), 0, {}}, {});
  // Room for 32 pieces by now, as vectors grow; each octet is an allocation.
  EXPECT_GE(hold.cost(), 32 * sizeof(StartHold::HeldPiece) + 20 * 24);
  EXPECT_LE(hold.cost(), 5000u);
}

}  // namespace
}  // namespace tcpflow
