#include "stream/reassembler.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <string_view>

#include "stream/stream_test_support.h"

namespace tcpflow {
namespace {

using test::TextSink;

struct Arriving {
  uint64_t at;
  std::string text;
  uint32_t missing = 0;
};

struct Outcome {
  std::string text;
  std::string conflicts;
  std::vector<uint64_t> packets;
  uint64_t repeated = 0;
  uint64_t conflicting = 0;
  size_t held = 0;
};

Outcome reassemble(const std::vector<Arriving>& arrivals, size_t window = 0) {
  TextSink sink;
  RetiredBytes retired;
  Reassembler order;
  Outcome outcome;
  uint64_t number = 0;
  for (const Arriving& a : arrivals) {
    order.push({a.at, as_bytes(a.text), a.missing, {++number, {}}}, {sink, retired, window});
  }
  while (order.has_gap()) order.give_up_gap(GapReason::not_captured, {sink, retired, window});
  outcome.text = sink.text;
  outcome.conflicts = sink.conflicts;
  outcome.conflicting = sink.conflicting;
  outcome.repeated = order.repeated();
  outcome.packets = sink.packets;
  outcome.held = order.held_cost();
  return outcome;
}

TEST(Reassembler, DeliversInOrderDataAtOnceAndWithoutHolding) {
  TextSink sink;
  RetiredBytes retired;
  Reassembler order;
  order.push({0, as_bytes("hello"), 0, {}}, {sink, retired});
  EXPECT_EQ(sink.text, "hello");
  EXPECT_EQ(order.held_cost(), 0u);
  EXPECT_EQ(retired.size(), 0u);
}

TEST(Reassembler, GivesOneCallForEachPacketWhenAHoleFills) {
  const Outcome out = reassemble({{4, "ef"}, {2, "cd"}, {0, "ab"}});
  EXPECT_EQ(out.text, "abcdef");
  EXPECT_EQ(out.packets, (std::vector<uint64_t>{3, 2, 1}));
  EXPECT_EQ(out.held, 0u);
}

TEST(Reassembler, KeepsTheFirstCopyWhenARetransmissionDiffers) {
  const Outcome out = reassemble({{0, "ab"}, {4, "ef"}, {2, "cdXY"}});
  EXPECT_EQ(out.text, "abcdef");
  EXPECT_EQ(out.repeated, 2u);
  EXPECT_EQ(out.conflicting, 2u);
}

TEST(Reassembler, FillsOnlyTheHolesOfAPieceThatCoversHeldRuns) {
  EXPECT_EQ(reassemble({{2, "C"}, {5, "F"}, {1, "bxdexg"}, {0, "a"}}).text, "abCdeFg");
}

TEST(Reassembler, TellsOfEachGapWhereItLies) {
  EXPECT_EQ(reassemble({{0, "ab"}, {5, "f"}, {10, "k"}}).text, "ab[0:3]f[0:4]k");
  EXPECT_EQ(reassemble({{3, "d"}}).text, "[0:3]d");
}

TEST(Reassembler, TakesWhatTheSnapLengthCutForAGapAtOnce) {
  EXPECT_EQ(reassemble({{0, "ab", 3}, {5, "f"}}).text, "ab[1:3]f");
  EXPECT_EQ(reassemble({{5, "f"}, {0, "ab", 3}}).text, "ab[1:3]f");
}

TEST(Reassembler, LetsBytesTakeThePlaceOfWhatWasOnlyKnownToBeMissing) {
  EXPECT_EQ(reassemble({{4, "e", 4}, {6, "g"}, {0, "abcd"}}).text, "abcde[1:1]g[1:2]");
}

TEST(Reassembler, DropsWhatWasDeliveredBefore) {
  const Outcome out = reassemble({{0, "abcd"}, {0, "XXXX"}, {2, "YYef"}});
  EXPECT_EQ(out.text, "abcdef");
  EXPECT_EQ(out.repeated, 6u);
}

TEST(Reassembler, NotesWhatIsMissingBetweenAnyNumberOfHeldRuns) {
  std::vector<Arriving> arrivals;
  for (uint64_t at = 2; at <= 2000; at += 2) arrivals.push_back({at, "x"});
  arrivals.push_back({1, "", 5000});
  arrivals.push_back({0, "a"});
  const std::string text = reassemble(arrivals).text;
  EXPECT_EQ(text.substr(0, 17), "a[1:1]x[1:1]x[1:1");
  EXPECT_EQ(text.substr(text.size() - 15), "x[1:1]x[1:3000]");
}

TEST(Reassembler, TakesTheLongestOfWhatIsKnownToBeMissing) {
  EXPECT_EQ(reassemble({{4, "", 3}, {4, "", 1}, {2, "", 9}, {0, "ab"}}).text, "ab[1:9]");
  EXPECT_EQ(reassemble({{4, "", 3}, {5, "", 9}, {0, "abcd"}, {6, "g"}}).text, "abcd[1:3][1:7]");
}

TEST(Reassembler, ForgetsWhatWasMissingWhenBytesCome) {
  const Outcome out = reassemble({{4, "", 3}, {2, "cdefghij"}, {0, "ab"}});
  EXPECT_EQ(out.text, "abcdefghij");
  EXPECT_EQ(out.held, 0u);
}

TEST(Reassembler, TellsWhereCopiesDiffer) {
  EXPECT_EQ(reassemble({{2, "cdefgh"}, {1, "bcXeYghi"}, {0, "a"}}).conflicts, "3:def/XeY ");
  EXPECT_EQ(reassemble({{2, "cd"}, {6, "gh"}, {2, "CDefgH"}, {0, "ab"}}).conflicts,
            "2:cd/CD 7:h/H ");
  EXPECT_EQ(reassemble({{2, "cd"}, {2, "cd"}, {0, "ab"}}).conflicts, "");
}

TEST(Reassembler, ComparesWithDeliveredBytesOnlyIfAskedTo) {
  const std::vector<Arriving> arrivals = {{0, "abcd"}, {1, "bXde"}, {0, "Abcde"}};
  EXPECT_EQ(reassemble(arrivals).conflicts, "");
  const Outcome out = reassemble(arrivals, 1000);
  EXPECT_EQ(out.text, "abcde");
  EXPECT_EQ(out.conflicts, "2:c/X 0:a/A ");
  EXPECT_EQ(out.repeated, 8u);
}

TEST(Reassembler, KeepsDeliveredBytesUpToALimit) {
  TextSink sink;
  RetiredBytes retired;
  Reassembler order;
  for (uint64_t at = 0; at < 100; ++at) {
    order.push({10 * at, as_bytes("0123456789"), 0, {}}, {sink, retired, 1000});
    ASSERT_LE(order.window_cost(), 1000u);
  }
  order.push({0, as_bytes("x"), 0, {}}, {sink, retired, 1000});
  EXPECT_EQ(sink.conflicts, "") << "long gone";
  order.push({990, as_bytes("x"), 0, {}}, {sink, retired, 1000});
  EXPECT_EQ(sink.conflicts, "990:0/x ");
  order.push({1000, as_bytes(std::string(2000, 'y')), 0, {}}, {sink, retired, 1000});
  EXPECT_LE(order.window_cost(), 1000u);
  order.push({2999, as_bytes("z"), 0, {}}, {sink, retired, 1000});
  EXPECT_EQ(sink.conflicts, "990:0/x 2999:y/z ");
  order.drop_window();
  EXPECT_EQ(order.window_cost(), 0u);
}

TEST(Reassembler, HoldsNothingOfWhatTheSnapLengthCutInOrder) {
  TextSink sink;
  RetiredBytes retired;
  Reassembler order;
  for (uint64_t i = 0; i < 3; ++i) {
    order.push({10 * i, as_bytes("ab"), 8, {}}, {sink, retired});
    EXPECT_FALSE(order.has_gap());
  }
  EXPECT_EQ(sink.text, "ab[1:8]ab[1:8]ab[1:8]");
}

std::vector<Arriving> random_cut(std::mt19937& random, const std::string& text) {
  std::vector<Arriving> pieces;
  std::uniform_int_distribution<size_t> place(0, text.size());
  for (size_t at = 0; at < text.size();) {
    const size_t length = 1 + place(random) % 9;
    pieces.push_back({at, text.substr(at, length), 0});
    at += length;
  }
  const size_t extra = place(random) % 6;
  for (size_t i = 0; i < extra; ++i) {  // repeats and overlaps of any shape
    const size_t from = place(random);
    pieces.push_back({from, text.substr(from, place(random) % 30), 0});
  }
  std::shuffle(pieces.begin(), pieces.end(), random);
  return pieces;
}

TEST(Reassembler, DeliversTheSameBytesForEveryCutOrderAndRepetition) {
  std::mt19937 random(20240607);
  std::string text;
  for (int i = 0; i < 120; ++i) text += static_cast<char>('!' + i % 90);
  for (int round = 0; round < 3000; ++round) {
    const Outcome out = reassemble(random_cut(random, text));
    ASSERT_EQ(out.text, text) << "round " << round;
    ASSERT_EQ(out.conflicting, 0u);
    ASSERT_EQ(out.held, 0u);
  }
}

// The rule in its simplest form: an octet is what the first packet that brought it said; what is
// delivered never changes.
std::string first_copy_model(const std::vector<Arriving>& arrivals) {
  std::string text(64, '\0');
  for (const Arriving& a : arrivals) {
    for (size_t i = 0; i < a.text.size(); ++i) {
      if (text[a.at + i] == '\0') text[a.at + i] = a.text[i];
    }
  }
  std::string shown;
  size_t hole = 0;
  const size_t end = text.find_last_not_of('\0') + 1;
  for (size_t i = 0; i < end; ++i) {
    if (text[i] == '\0') {
      ++hole;
      continue;
    }
    if (hole != 0) shown += "[0:" + std::to_string(hole) + "]";
    hole = 0;
    shown += text[i];
  }
  return shown;
}

TEST(Reassembler, AgreesWithTheFirstCopyModelOnConflictingOverlaps) {
  std::mt19937 random(7);
  std::uniform_int_distribution<uint32_t> any(0, 1 << 20);
  for (int round = 0; round < 5000; ++round) {
    std::vector<Arriving> arrivals;
    for (uint32_t i = 0; i < 2 + any(random) % 7; ++i) {
      arrivals.push_back(
          {any(random) % 40, std::string(1 + any(random) % 20, static_cast<char>('a' + i)), 0});
    }
    ASSERT_EQ(reassemble(arrivals).text, first_copy_model(arrivals)) << "round " << round;
  }
}

}  // namespace
}  // namespace tcpflow
