#include "scan/hash/digest.h"

#include <gtest/gtest.h>

#include <optional>

namespace tcpflow {
namespace {

constexpr const char* kOfAbc = "900150983cd24fb0d6963f7d28e17f72";
constexpr const char* kOfNothing = "d41d8cd98f00b204e9800998ecf8427e";

std::string digest_of(RunningDigest& digest, std::string_view text) {
  digest.add(as_bytes(text));
  return digest.hex();
}

TEST(Digest, BeginsAnewWithAContextThatWasUsed) {
  SpareDigests spare(fetch_digest("MD5"));
  for (int i = 0; i < 3; ++i) {
    RunningDigest digest;
    EXPECT_TRUE(digest.begin(spare));
    EXPECT_EQ(digest_of(digest, i == 1 ? "" : "abc"), i == 1 ? kOfNothing : kOfAbc);
  }
}

TEST(Digest, GivesBackWhatWasNotEnded) {
  SpareDigests spare(fetch_digest("MD5"));
  {
    RunningDigest left;
    EXPECT_TRUE(left.begin(spare));
    left.add(as_bytes("left"));
  }
  RunningDigest digest;
  EXPECT_TRUE(digest.begin(spare));
  EXPECT_EQ(digest_of(digest, "abc"), kOfAbc);
}

TEST(Digest, RunsSideBySide) {
  SpareDigests spare(fetch_digest("MD5"));
  RunningDigest one;
  RunningDigest other;
  EXPECT_TRUE(one.begin(spare));
  EXPECT_TRUE(other.begin(spare));
  one.add(as_bytes("ab"));
  EXPECT_EQ(other.hex(), kOfNothing);
  EXPECT_EQ(digest_of(one, "c"), kOfAbc);
}

TEST(Digest, IsNoneWithoutItsAlgorithm) {
  SpareDigests spare(fetch_digest("no such digest"));
  RunningDigest digest;
  EXPECT_FALSE(digest.begin(spare));
  EXPECT_EQ(digest_of(digest, "abc"), "");
}

}  // namespace
}  // namespace tcpflow
