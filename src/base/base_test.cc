#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <ctime>

#include "base/address.h"
#include "base/drop.h"
#include "base/gap.h"
#include "base/result.h"
#include "base/time.h"

namespace tcpflow {
namespace {

TEST(Time, KeepsNanosecondsAndPrintsThemOnlyWhenNeeded) {
  EXPECT_EQ(iso_time(make_time(1'500'000'000, 0)), "2017-07-14T02:40:00Z");
  EXPECT_EQ(iso_time(make_time(1'500'000'000, 1'000'000)), "2017-07-14T02:40:00.001000Z");
  EXPECT_EQ(iso_time(make_time(1'500'000'000, 7)), "2017-07-14T02:40:00.000000007Z");
  EXPECT_EQ(epoch_time(make_time(1'500'000'000, 4'000'000)), "1500000000.004000");
}

TEST(Time, CarriesExcessNanosecondsAndClampsWhatDoesNotFit) {
  EXPECT_EQ(make_time(1, 1'500'000'000), make_time(2, 500'000'000));
  EXPECT_GT(make_time(INT64_MAX, 0), make_time(4'000'000'000, 0));
  EXPECT_LT(make_time(INT64_MIN, 0), make_time(-4'000'000'000, 0));
  EXPECT_EQ(whole_seconds(make_time(-1, 1)), -1);
  EXPECT_EQ(subsecond_nanos(make_time(-1, 1)), 1);
}

TEST(Time, ShiftsAndSubtractsWithinItsRange) {
  const Timestamp latest = make_time(INT64_MAX, 0);
  const Timestamp earliest = make_time(INT64_MIN, 0);
  EXPECT_EQ(shifted(make_time(10, 5), std::chrono::seconds(-4)), make_time(6, 5));
  EXPECT_EQ(shifted(latest, std::chrono::seconds(1)), latest);
  EXPECT_EQ(shifted(earliest, Duration::min()), earliest);
  EXPECT_EQ(elapsed(make_time(1, 0), make_time(2, 7)), Duration(1'000'000'007));
  EXPECT_EQ(elapsed(make_time(2, 0), make_time(1, 0)), Duration(0));
  EXPECT_EQ(elapsed(earliest, latest), Duration::max());
}

// As the C library has it.
std::string library_time(Timestamp time) {
  const std::time_t seconds = whole_seconds(time);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 64> text{};
  const size_t length = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &parts);
  return {text.data(), length};
}

TEST(Time, IsPrintedAsTheLibraryPrintsItFromOneEndOfItsRangeToTheOther) {
  constexpr int64_t kYear = 31'556'952;
  for (int64_t seconds = -291 * kYear; seconds < 292 * kYear; seconds += 7'654'321) {
    const Timestamp time = make_time(seconds, 0);
    ASSERT_EQ(iso_seconds(time), library_time(time) + "Z");
  }
  const Timestamp before_1970 = make_time(-1, 5);
  EXPECT_EQ(iso_time(before_1970), "1969-12-31T23:59:59.000000005Z");
  EXPECT_EQ(epoch_time(before_1970), "-1.000000005");
  EXPECT_EQ(iso_seconds(make_time(1'709'251'199, 0)), "2024-02-29T23:59:59Z");
  EXPECT_EQ(iso_time(make_time(0, 999'999'999)), "1970-01-01T00:00:00.999999999Z");
}

TEST(Address, IsPrintedAsTheLibraryPrintsIt) {
  for (unsigned i = 0; i < 256; ++i) {
    const uint8_t a = static_cast<uint8_t>(i);
    const uint8_t b = static_cast<uint8_t>(255 - i);
    const std::array<uint8_t, 6> octets = {a, b, 0, 255, b, a};
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), "%u.%u.%u.%u", a, b, 0, 255);
    EXPECT_EQ(IpAddress::v4(octets.data()).text(), text.data());
    std::snprintf(text.data(), text.size(), "%03u.%03u.%03u.%03u", a, b, 0, 255);
    EXPECT_EQ(IpAddress::v4(octets.data()).padded(), text.data());
    std::snprintf(text.data(), text.size(), "%02x:%02x:00:ff:%02x:%02x", a, b, b, a);
    EXPECT_EQ(MacAddress::from(octets.data()).text(), text.data());
  }
}

TEST(Address, PadsIpv4ForNamesAndLeavesIpv6) {
  const uint8_t four[] = {10, 1, 2, 3};
  const uint8_t six[] = {0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 12};
  EXPECT_EQ(IpAddress::v4(four).padded(), "010.001.002.003");
  EXPECT_EQ(IpAddress::v4(four).text(), "10.1.2.3");
  EXPECT_EQ(IpAddress::v6(six).padded(), "2001:db8::c");
}

TEST(Result, HoldsAValueOrAnError) {
  const Result<int> good = 3;
  const Result<int> bad = errno_error("/no/file", 2);
  ASSERT_TRUE(good);
  EXPECT_EQ(*good, 3);
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.error().message, "/no/file: No such file or directory");
}

TEST(Drop, EveryReasonHasAName) {
  for (size_t i = 0; i < kDropCount; ++i) EXPECT_NE(drop_name(static_cast<Drop>(i)), nullptr);
}

TEST(Gap, IsMarkedByALineThatSaysHowLongItIs) {
  EXPECT_EQ(gap_marker(1460), "[tcpflow: 1460 bytes missing]");
  EXPECT_EQ(gap_marker(1), "[tcpflow: 1 bytes missing]") << "one form, for programs that look";
}

}  // namespace
}  // namespace tcpflow
