#include "wire/tcp_options.h"

#include <gtest/gtest.h>

#include "tests/support/octets.h"

namespace tcpflow {
namespace {

using test::Octets;

Octets md5() {
  Octets option = {19, 18};
  option.resize(18, 'x');
  return option;
}

TEST(TcpOptions, AreReadInAnyOrderAndBetweenPadding) {
  const TcpOptions found =
      TcpOptions::parse(Octets{2, 4, 5, 0xb4, 4, 2, 8, 10, 0, 0, 1, 2, 0, 0, 0, 9, 1, 3, 3, 7});
  EXPECT_TRUE(found.has_timestamp);
  EXPECT_EQ(found.timestamp, 0x102u);
  EXPECT_EQ(found.window_scale, 7);
  EXPECT_FALSE(found.has_md5);
  EXPECT_TRUE(TcpOptions::parse(md5()).has_md5);
}

TEST(TcpOptions, AreNoneInNothing) {
  EXPECT_EQ(TcpOptions::parse({}), TcpOptions());
  EXPECT_EQ(TcpOptions::parse(Octets{1, 1, 1, 1}), TcpOptions());
  EXPECT_EQ(TcpOptions::parse(Octets{29, 4, 1, 1}), TcpOptions());  // TCP-AO
}

TEST(TcpOptions, EndAtTheEndOrAtAMalformedOne) {
  const Octets scale = {3, 3, 7, 1};
  for (const Octets& before : {Octets{0}, Octets{5, 0}, Octets{5, 1}, Octets{5, 40}}) {
    Octets all = before;
    all.insert(all.end(), scale.begin(), scale.end());
    EXPECT_EQ(TcpOptions::parse(all), TcpOptions());
  }
}

TEST(TcpOptions, OfAnotherLengthThanTheirsAreNotRead) {
  EXPECT_EQ(TcpOptions::parse(Octets{3, 4, 7, 1}), TcpOptions());
  EXPECT_EQ(TcpOptions::parse(Octets{8, 6, 0, 0, 0, 1}), TcpOptions());
  EXPECT_EQ(TcpOptions::parse(Octets{19, 3, 1, 1}), TcpOptions());
}

TEST(TcpOptions, CutAtAnyLengthAreReadAsFarAsTheyAreWhole) {
  const Octets all = {1, 1, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2, 3, 3, 20};
  for (size_t length = 0; length <= all.size(); ++length) {
    const std::vector<uint8_t> exact(all.begin(), all.begin() + static_cast<int>(length));
    const TcpOptions found = TcpOptions::parse(exact);
    EXPECT_EQ(found.has_timestamp, length >= 12);
    EXPECT_EQ(found.window_scale, length == all.size() ? 14 : TcpOptions::kNoScale);
  }
}

}  // namespace
}  // namespace tcpflow
