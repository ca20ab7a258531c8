#include "scan/hash/md5_scanner.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/fake_flow.h"

namespace tcpflow {
namespace {

struct Piece {
  uint64_t offset = 0;
  std::string text;
};

// Pushes the pieces of each half through a new consumer and returns the record it filled.
FlowRecord hash(const std::vector<Piece>& request, const std::vector<Piece>& reply,
                const Md5Options& options = {}) {
  FlowRecord record;
  const Result<std::unique_ptr<Md5Scanner>> scanner = Md5Scanner::make(options);
  EXPECT_TRUE(scanner);
  if (!scanner) return record;
  const std::unique_ptr<StreamConsumer> consumer = (*scanner)->create();
  const test::FakeFlow flow;
  consumer->on_start(flow);
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
std::string md5(const std::vector<Piece>& pieces, const Md5Options& options = {}) {
  const FlowRecord record = hash(pieces, {}, options);
  const auto& digests = record.half(Direction::originator).output.digests;
  return digests.empty() ? "" : digests.front().second;
}

// Why the originator's half has no digest.
ScanCut cut_of(const std::vector<Piece>& pieces, const Md5Options& options) {
  return hash(pieces, {}, options).half(Direction::originator).output.scan_cut;
}

Md5Options in_files_with(GapForm gap) { return {UINT64_MAX, gap, {}}; }
Md5Options cut_at(uint64_t byte_limit) { return {byte_limit, GapForm::zero, {}}; }

TEST(Md5Scanner, LeavesOutTheDigestOfWhatIsOverTheLimitAndMarksIt) {
  Md5Options options;
  options.limits.per_half = 8;
  FlowRecord record = hash({{0, "12345678"}}, {{0, "1234"}, {4, "56789"}}, options);
  EXPECT_EQ(record.halves[0].output.digests.size(), 1u);
  EXPECT_EQ(record.halves[0].output.scan_cut, ScanCut::none);
  EXPECT_TRUE(record.halves[1].output.digests.empty());
  EXPECT_EQ(record.halves[1].output.scan_cut, ScanCut::per_half);
  record = hash({{0, "a"}, {8, "b"}}, {}, options);
  EXPECT_TRUE(record.halves[0].output.digests.empty()) << "a gap counts";
  options.byte_limit = 8;
  record = hash({{0, "a"}, {6, "bcdef"}}, {}, options);
  EXPECT_EQ(record.halves[0].output.digests.size(), 1u) << "the file has no more";
}

TEST(Md5Scanner, HashesNoMoreZerosThanTheLimitOfAHalf) {
  Md5Options options;
  options.limits.missing_per_half = 8;
  const std::vector<Piece> at_limit = {{4, "abcd"}, {12, "e"}};
  const std::vector<Piece> over_it = {{4, "abcd"}, {13, "e"}};
  EXPECT_EQ(cut_of(at_limit, options), ScanCut::none);
  EXPECT_EQ(md5(at_limit, options), md5(at_limit));
  EXPECT_EQ(cut_of(over_it, options), ScanCut::missing);
  EXPECT_EQ(md5(over_it, options), "");
  options.gap = GapForm::skip;
  EXPECT_EQ(md5(over_it, options), md5({{0, "abcde"}})) << "nothing stands for the gaps";
  options.gap = GapForm::zero;
  options.byte_limit = 13;
  EXPECT_EQ(cut_of(over_it, options), ScanCut::none) << "the file ends before";
  EXPECT_EQ(md5(over_it, options), md5(over_it, cut_at(8)));
}

TEST(Md5Scanner, MakesShortWorkOfAHalfThatIsMissingByDefault) {
  EXPECT_EQ(cut_of({{0, "a"}, {uint64_t{1} << 50, "b"}}, {}), ScanCut::missing);
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
  EXPECT_EQ(md5(pieces, in_files_with(GapForm::skip)), md5({{0, "abcd"}}));
  const std::string marked = "ab\n[tcpflow: 10 bytes missing]\ncd";
  EXPECT_EQ(md5(pieces, in_files_with(GapForm::mark)), md5({{0, marked}}));
  EXPECT_EQ(md5(pieces, {5, GapForm::mark, {}}), md5({{0, "ab\n[t"}})) << "the limit is the file's";
}

TEST(Md5Scanner, LeavesOutAGapThatNoByteFollows) {
  const Result<std::unique_ptr<Md5Scanner>> scanner = Md5Scanner::make({});
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
  EXPECT_EQ(md5({{0, "abcdef"}}, cut_at(3)), "900150983cd24fb0d6963f7d28e17f72");
  EXPECT_EQ(md5({{0, "ab"}, {2, "cdef"}, {6, "gh"}}, cut_at(3)),
            "900150983cd24fb0d6963f7d28e17f72");
  EXPECT_EQ(md5({{0, "abc"}, {10, "after the gap"}}, cut_at(8)), "900150983cd24fb0d6963f7d28e17f72")
      << "a hole that reaches the limit is not in the file";
}

TEST(Md5Scanner, GivesNoDigestForAHalfWithoutContent) {
  EXPECT_EQ(md5({}), "");
  EXPECT_EQ(md5({{0, "abc"}}, cut_at(0)), "");
}

TEST(Md5Scanner, HasNoSkipRulesForShortOrPeriodicContent) {
  EXPECT_EQ(md5({{0, "aaaaaaaaaaaaaaa"}}), "12f9cf6998d52dbe773b06f848bb3608");
}

}  // namespace
}  // namespace tcpflow
