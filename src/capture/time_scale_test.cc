#include "capture/time_scale.h"

#include <gtest/gtest.h>

namespace tcpflow {
namespace {

std::string at(uint8_t resolution, int64_t offset, uint64_t ticks) {
  return epoch_time(TimeScale::from(resolution, offset)->time(ticks));
}

TEST(TimeScale, CountsInPowersOfTen) {
  EXPECT_EQ(at(6, 0, 1500000000123456), "1500000000.123456");
  EXPECT_EQ(at(9, 0, 1500000000123456789), "1500000000.123456789");
  EXPECT_EQ(at(3, 0, 1500000000123), "1500000000.123000");
  EXPECT_EQ(at(0, 0, 1500000000), "1500000000.000000");
  EXPECT_EQ(at(12, 0, 1500000123456789012), "1500000.123456789");
  EXPECT_EQ(at(19, 0, 15'000'000'000'000'000'000u), "1.500000");
}

TEST(TimeScale, CountsInPowersOfTwo) {
  EXPECT_EQ(at(0x80, 0, 77), "77.000000");
  EXPECT_EQ(at(0x81, 0, 3), "1.500000");
  EXPECT_EQ(at(0x80 | 20, 0, (uint64_t{1500000000} << 20) + (1 << 19)), "1500000000.500000");
  EXPECT_EQ(at(0x80 | 32, 0, (uint64_t{1500000000} << 32) + (1u << 30)), "1500000000.250000");
  EXPECT_EQ(at(0x80 | 63, 0, UINT64_MAX), "1.999999999");
}

TEST(TimeScale, AddsTheOffset) {
  EXPECT_EQ(at(6, 1000, 5'000'001), "1005.000001");
  EXPECT_EQ(at(6, -1000, 5'000'000), "-995.000000");
  EXPECT_EQ(at(0x80 | 20, 1000, 1 << 20), "1001.000000");
}

TEST(TimeScale, ClampsWhatNoTimeCanHold) {
  const Timestamp latest = make_time(INT64_MAX, 0);
  const Timestamp earliest = make_time(INT64_MIN / 2, 0);
  EXPECT_EQ(TimeScale::from(0, 0)->time(UINT64_MAX), latest);
  EXPECT_EQ(TimeScale::from(6, 0)->time(UINT64_MAX), latest);
  EXPECT_EQ(TimeScale::from(0x80, INT64_MAX)->time(UINT64_MAX), latest);
  EXPECT_EQ(TimeScale::from(6, INT64_MAX)->time(0), latest);
  EXPECT_EQ(TimeScale::from(6, INT64_MIN)->time(0), earliest);
  EXPECT_EQ(TimeScale::from(12, INT64_MIN)->time(1), earliest);
}

TEST(TimeScale, RefusesTicksThatDoNotFitASecond) {
  EXPECT_FALSE(TimeScale::from(20, 0));
  EXPECT_FALSE(TimeScale::from(0xc0, 0));
}

}  // namespace
}  // namespace tcpflow
