// Who supplies the bytes where segments overlap behind a hole: every policy in every relation.
#include "stream/overlap_policy.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>

#include "stream/reassembler.h"
#include "stream/stream_test_support.h"
#include "tests/support/overlap_model.h"

namespace tcpflow {
namespace {

using test::PolicyRow;
using test::segment_policy_rows;

// Cells [begin, end) of a grid that one segment fills with its letter.
struct Interval {
  size_t begin = 0;
  size_t end = 0;
  char letter = '?';
};
constexpr size_t kCell = 4;  // octets
constexpr char kFiller = '.';

struct Trial {
  std::string cells;      // a letter for each cell
  std::string conflicts;  // as TextSink has them
  uint64_t sent = 0;
  uint64_t delivered = 0;
  uint64_t repeated = 0;
  uint64_t held = 0;
};

// Octets that tell their packet and their place.
std::string octets_of(const Interval& interval) {
  return std::string((interval.end - interval.begin) * kCell, interval.letter);
}

// The cells that no interval covers, up to the last that any covers.
std::vector<Interval> fillers(const std::vector<Interval>& intervals) {
  size_t cells = 0;
  for (const Interval& each : intervals) cells = std::max(cells, each.end);
  std::vector<Interval> found;
  for (size_t cell = 0; cell < cells; ++cell) {
    const auto covers = [=](const Interval& i) { return i.begin <= cell && cell < i.end; };
    if (std::none_of(intervals.begin(), intervals.end(), covers))
      found.push_back({cell, cell + 1, kFiller});
  }
  return found;
}

// The stream that comes of the intervals in this order, one cell before the grid being filled last.
Trial run(OverlapPolicy policy, std::vector<Interval> arrivals) {
  const std::vector<Interval> rest = fillers(arrivals);
  arrivals.insert(arrivals.end(), rest.begin(), rest.end());
  test::TextSink sink;
  RetiredBytes retired;
  Reassembler order(policy);
  Trial result;
  for (const Interval& each : arrivals) {
    const std::string octets = octets_of(each);
    const PacketRef packet{static_cast<uint64_t>(each.letter), {}};
    order.push({(1 + each.begin) * kCell, as_bytes(octets), 0, packet}, {sink, retired});
    result.sent += octets.size();
    EXPECT_GT(order.held_cost(), octets.size());
  }
  order.push({0, as_bytes("----"), 0, {'-', {}}}, {sink, retired});
  for (size_t at = kCell; at < sink.text.size(); at += kCell) result.cells += sink.text[at];
  result.conflicts = sink.conflicts;
  result.delivered = sink.text.size() - kCell;
  result.repeated = order.repeated();
  result.held = order.held_cost();
  return result;
}

OverlapPolicy named(std::string_view name) {
  const std::optional<OverlapPolicy> policy = overlap_policy_named(name);
  EXPECT_TRUE(policy) << name;
  return policy.value_or(OverlapPolicy::first);
}

// What the new segment N is to the old one, which lies at cells [2, 5).
constexpr Interval kRelations[] = {
    {1, 4}, {1, 5}, {1, 6},  // oi fi di
    {2, 4}, {2, 5}, {2, 6},  // s  eq si
    {3, 4}, {3, 5}, {3, 6},  // d  f  o
};

// `winner` supplies what the two share, each what only it has.
void expect_winner(OverlapPolicy policy, const Interval& old, const Interval& mine, char winner) {
  std::string expected(std::max(old.end, mine.end), kFiller);
  for (const Interval* each : {&old, &mine}) {
    for (size_t c = each->begin; c < each->end; ++c) expected[c] = each->letter;
  }
  const size_t shared_begin = std::max(old.begin, mine.begin);
  const size_t shared_end = std::min(old.end, mine.end);
  for (size_t c = shared_begin; c < shared_end; ++c) expected[c] = winner;
  const size_t shared = (shared_end - shared_begin) * kCell;
  const char loser = winner == old.letter ? mine.letter : old.letter;
  const std::string conflict = std::to_string((1 + shared_begin) * kCell) + ":" +
                               std::string(shared, winner) + "/" + std::string(shared, loser) + " ";
  const Trial done = run(policy, {old, mine});
  EXPECT_EQ(done.cells, expected);
  EXPECT_EQ(done.conflicts, conflict);
  EXPECT_EQ(done.repeated, shared);
}

TEST(OverlapPolicy, DecidesEachOfTheNineRelations) {
  EXPECT_EQ(segment_policy_rows().size(), overlap_policy_names().size());
  for (const PolicyRow& row : segment_policy_rows()) {
    for (size_t i = 0; i < std::size(kRelations); ++i) {
      SCOPED_TRACE(std::string(row.policy) + ", relation " + std::to_string(i));
      const Interval mine{kRelations[i].begin, kRelations[i].end, 'N'};
      expect_winner(named(row.policy), {2, 5, 'O'}, mine, row.winners[i]);
    }
  }
}

// Measured on Linux 6.18: a segment is appended to the one that ends where it begins, and then
// nothing behind it is looked at.
TEST(OverlapPolicy, OfLinuxIsThatOfTheKernelWhereThreeMeet) {
  struct Row {
    std::vector<Interval> arrivals;
    const char* cells;
  };
  const Row rows[] = {
      {{{0, 2, '1'}, {2, 4, '2'}, {2, 6, 'N'}}, "1122NN"},
      {{{2, 4, '2'}, {0, 2, '1'}, {2, 6, 'N'}}, "11NNNN"},
      {{{0, 2, '1'}, {2, 4, '2'}, {0, 3, 'N'}}, "1122"},
      {{{0, 2, '1'}, {2, 4, '2'}, {0, 4, 'N'}}, "1122"},
      {{{0, 2, '1'}, {4, 6, '2'}, {1, 5, 'N'}}, "11NNN2"},
      {{{2, 4, 'O'}, {1, 3, 'a'}, {2, 5, 'b'}}, ".aabb"},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(run(OverlapPolicy::modern_linux, row.arrivals).cells, row.cells);
  }
}

// The policy's row, applied octet by octet.
std::string modelled(const PolicyRow& row, const std::vector<Interval>& arrivals) {
  constexpr size_t kCells = 4;
  test::OverlapModel model(row);
  for (const Interval& each : arrivals) {
    const std::string octets(each.end - each.begin, each.letter);
    model.add(each.begin, as_bytes(octets));
  }
  std::string cells(kCells, kFiller);
  for (size_t c = 0; c < kCells; ++c) {
    if (model.is_known(c)) cells[c] = static_cast<char>(model.octet(c));
  }
  cells.resize(cells.find_last_not_of(kFiller) + 1);
  return cells;
}

std::vector<std::vector<Interval>> all_triples() {
  std::vector<Interval> all;
  for (size_t begin = 0; begin < 4; ++begin) {
    for (size_t end = begin + 1; end <= 4; ++end) all.push_back({begin, end});
  }
  std::vector<std::vector<Interval>> triples;
  for (const Interval& a : all) {
    for (const Interval& b : all) {
      for (const Interval& c : all)
        triples.push_back({{a.begin, a.end, 'a'}, {b.begin, b.end, 'b'}, {c.begin, c.end, 'c'}});
    }
  }
  return triples;
}

TEST(OverlapPolicy, AgreesWithItsRowOnAllTriplesOfFourCells) {
  for (const std::vector<Interval>& triple : all_triples()) {
    for (const PolicyRow& row : segment_policy_rows()) {
      if (row.policy == "linux") continue;  // pairs do not tell all of it
      ASSERT_EQ(run(named(row.policy), triple).cells, modelled(row, triple)) << row.policy;
    }
  }
}

// Each offset once, from a packet that brought it, and every octet accounted for.
void expect_sound(OverlapPolicy policy, const std::vector<Interval>& arrivals) {
  const Trial done = run(policy, arrivals);  // TextSink expects the offsets in order
  uint64_t cells = 0;
  for (const Interval& each : arrivals) cells = std::max<uint64_t>(cells, each.end);
  ASSERT_EQ(done.delivered, cells * kCell);
  for (size_t c = 0; c < done.cells.size(); ++c) {
    const auto brought = [&](const Interval& i) {
      return i.letter == done.cells[c] && i.begin <= c && c < i.end;
    };
    const bool is_covered = std::any_of(arrivals.begin(), arrivals.end(), brought);
    ASSERT_TRUE(is_covered || done.cells[c] == kFiller);
  }
  ASSERT_EQ(done.held, 0u);
  ASSERT_EQ(done.sent, done.delivered + done.repeated);
}

TEST(OverlapPolicy, DeliversEachOffsetOnceWhateverItIs) {
  for (size_t policy = 0; policy < overlap_policy_names().size(); ++policy) {
    const auto each = static_cast<OverlapPolicy>(policy);
    for (const std::vector<Interval>& triple : all_triples()) expect_sound(each, triple);
    std::mt19937 random(static_cast<uint32_t>(policy));
    for (int round = 0; round < 150; ++round) {
      std::vector<Interval> arrivals;
      for (char letter = 'A'; letter < 'A' + 26; ++letter) {
        const size_t begin = random() % 40;
        arrivals.push_back({begin, begin + 1 + random() % 8, letter});
      }
      expect_sound(each, arrivals);
    }
  }
}

// Hostile input must not make a queue cheaper than what it holds, or leave cost behind.
TEST(OverlapPolicy, AccountsForWhatItHolds) {
  for (size_t policy = 0; policy < overlap_policy_names().size(); ++policy) {
    test::TextSink sink;
    RetiredBytes retired;
    Reassembler order(static_cast<OverlapPolicy>(policy));
    const std::string big(10'000, 'x');
    order.push({10, as_bytes(big), 0, {1, {}}}, {sink, retired});
    EXPECT_GE(order.held_cost(), big.size());
    std::mt19937 random(9);
    for (uint64_t i = 0; i < 2000; ++i) {
      order.push({10 + random() % 9'999, as_bytes("y"), 0, {2 + i, {}}}, {sink, retired});
      ASSERT_GE(order.held_cost(), big.size());
      ASSERT_LE(order.held_cost(), 2 * big.size() + 2 * (i + 2) * 300);
    }
    while (order.has_gap()) order.give_up_gap(GapReason::limit, {sink, retired});
    EXPECT_EQ(order.held_cost(), 0u);
    EXPECT_EQ(sink.text.size(), big.size() + std::string("[2:10]").size());
  }
}

TEST(OverlapPolicy, YieldsWhatIsOnlyKnownToBeMissingToBytes) {
  for (size_t policy = 0; policy < overlap_policy_names().size(); ++policy) {
    test::TextSink sink;
    RetiredBytes retired;
    Reassembler order(static_cast<OverlapPolicy>(policy));
    order.push({4, as_bytes("e"), 7, {1, {}}}, {sink, retired});
    order.push({6, as_bytes("gh"), 0, {2, {}}}, {sink, retired});
    order.push({8, as_bytes("i"), 9, {3, {}}}, {sink, retired});
    order.push({0, as_bytes("abcd"), 0, {4, {}}}, {sink, retired});
    EXPECT_EQ(sink.text, "abcde[1:1]ghi[1:3][1:6]") << overlap_policy_names()[policy];
  }
}

TEST(OverlapPolicy, HasANameForEachKind) {
  EXPECT_EQ(overlap_policy_named("linux"), OverlapPolicy::modern_linux);
  EXPECT_EQ(overlap_policy_named("hpux11"), OverlapPolicy::hpux11);
  EXPECT_EQ(overlap_policy_named("Linux"), std::nullopt);
  EXPECT_EQ(overlap_policy_named(""), std::nullopt);
}

}  // namespace
}  // namespace tcpflow
