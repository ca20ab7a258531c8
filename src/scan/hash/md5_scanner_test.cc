#include "scan/hash/md5_scanner.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace tcpflow {
namespace {

struct Piece {
  uint64_t offset = 0;
  std::string text;
};

// Pushes the pieces of each half through a new consumer and returns the record it filled.
FlowRecord hash(const std::vector<Piece>& request, const std::vector<Piece>& reply,
                std::optional<uint64_t> limit = std::nullopt, GapForm gap = GapForm::zero) {
  FlowRecord record;
  const Result<std::unique_ptr<Md5Scanner>> scanner = Md5Scanner::make(limit, gap);
  EXPECT_TRUE(scanner);
  if (!scanner) return record;
  const std::unique_ptr<StreamConsumer> consumer = (*scanner)->create();
  consumer->on_start(FlowInfo{});
  for (const Direction from : {Direction::originator, Direction::responder}) {
    consumer->on_half_start(from, HalfInfo{});
    uint64_t next = 0;
    for (const Piece& piece : from == Direction::originator ? request : reply) {
      if (piece.offset > next)
        consumer->on_gap(from, next, piece.offset - next, GapReason::not_captured);
      consumer->on_bytes(from, piece.offset, as_bytes(piece.text), PacketRef{});
      next = piece.offset + piece.text.size();
    }
    consumer->on_half_end(from, HalfEnd::fin);
  }
  consumer->on_end(FlowEnd::closed, record);
  return record;
}

// The digest of the originator's half, "" without one.
std::string md5(const std::vector<Piece>& pieces, std::optional<uint64_t> limit = std::nullopt,
                GapForm gap = GapForm::zero) {
  const FlowRecord record = hash(pieces, {}, limit, gap);
  const auto& digests = record.half(Direction::originator).output.digests;
  return digests.empty() ? "" : digests.front().second;
}

TEST(Md5Scanner, GivesTheVectorsOfRfc1321) {
  EXPECT_EQ(md5({{0, "a"}}), "0cc175b9c0f1b6a831c399e269772661");
  EXPECT_EQ(md5({{0, "abc"}}), "900150983cd24fb0d6963f7d28e17f72");
  EXPECT_EQ(md5({{0, "message "}, {8, "digest"}}), "f96b697d7cb7938d525a2f31aaf161d0");
}

TEST(Md5Scanner, HashesEachHalfByItself) {
  const FlowRecord record = hash({{0, "abc"}}, {{0, "a"}});
  ASSERT_EQ(record.half(Direction::originator).output.digests.size(), 1u);
  ASSERT_EQ(record.half(Direction::responder).output.digests.size(), 1u);
  EXPECT_EQ(record.half(Direction::originator).output.digests[0],
            std::make_pair(std::string("MD5"), std::string("900150983cd24fb0d6963f7d28e17f72")));
  EXPECT_EQ(record.half(Direction::responder).output.digests[0].second,
            "0cc175b9c0f1b6a831c399e269772661");
}

TEST(Md5Scanner, TakesGapsAsTheZerosThatTheFileReads) {
  const std::string whole = "ab" + std::string(100'000, '\0') + "cd";
  EXPECT_EQ(md5({{0, "ab"}, {100'002, "cd"}}), md5({{0, whole}}));
  EXPECT_EQ(md5({{10, "late"}}), md5({{0, std::string(10, '\0') + "late"}}));
}

TEST(Md5Scanner, TakesGapsInTheFormThatTheyHaveInTheFile) {
  const std::vector<Piece> pieces = {{0, "ab"}, {12, "cd"}};
  EXPECT_EQ(md5(pieces, std::nullopt, GapForm::skip), md5({{0, "abcd"}}));
  const std::string marked = "ab\n[tcpflow: 10 bytes missing]\ncd";
  EXPECT_EQ(md5(pieces, std::nullopt, GapForm::mark), md5({{0, marked}}));
  EXPECT_EQ(md5(pieces, 5, GapForm::mark), md5({{0, "ab\n[t"}})) << "the limit is the file's";
}

TEST(Md5Scanner, LeavesOutAGapThatNoByteFollows) {
  const Result<std::unique_ptr<Md5Scanner>> scanner = Md5Scanner::make(std::nullopt);
  ASSERT_TRUE(scanner);
  const std::unique_ptr<StreamConsumer> consumer = (*scanner)->create();
  consumer->on_bytes(Direction::originator, 0, as_bytes("abc"), PacketRef{});
  consumer->on_gap(Direction::originator, 3, 1000, GapReason::snap_length);
  FlowRecord record;
  consumer->on_end(FlowEnd::capture_end, record);
  EXPECT_EQ(record.half(Direction::originator).output.digests.at(0).second,
            "900150983cd24fb0d6963f7d28e17f72");
}

TEST(Md5Scanner, StopsAtTheByteLimitLikeTheFile) {
  EXPECT_EQ(md5({{0, "abcdef"}}, 3), "900150983cd24fb0d6963f7d28e17f72");
  EXPECT_EQ(md5({{0, "ab"}, {2, "cdef"}, {6, "gh"}}, 3), "900150983cd24fb0d6963f7d28e17f72");
  EXPECT_EQ(md5({{0, "abc"}, {10, "after the gap"}}, 8), "900150983cd24fb0d6963f7d28e17f72")
      << "a hole that reaches the limit is not in the file";
}

TEST(Md5Scanner, GivesNoDigestForAHalfWithoutContent) {
  EXPECT_EQ(md5({}), "");
  EXPECT_EQ(md5({{0, "abc"}}, 0), "");
}

TEST(Md5Scanner, HasNoSkipRulesForShortOrPeriodicContent) {
  EXPECT_EQ(md5({{0, "aaaaaaaaaaaaaaa"}}), "12f9cf6998d52dbe773b06f848bb3608");
}

}  // namespace
}  // namespace tcpflow
