#include "base/lane.h"

#include <gtest/gtest.h>

namespace tcpflow {
namespace {

class Texts : public TextSink {
 public:
  void on_text(std::string_view text) override { all.emplace_back(text); }
  std::vector<std::string> all;
};

class Numbers : public EntrySink<int> {
 public:
  void on_entry(int& entry) override { all.push_back(entry); }
  std::vector<int> all;
};

void add(TextLane& lane, const Moment& at, std::string_view text) {
  lane.text() += text;
  lane.end_record(at);
}

TEST(TextLane, ReplaysWholeRecordsOfAStretch) {
  Texts texts;
  TextLane lane(texts);
  add(lane, {1, 0, 0}, "one");
  add(lane, {2, 0, 0}, "");
  add(lane, {3, 0, 0}, "three");
  lane.replay(1, 3);
  EXPECT_EQ(texts.all, (std::vector<std::string>{"", "three"}));
  lane.replay(0, 1);
  EXPECT_EQ(texts.all.back(), "one");
}

TEST(TextLane, ChangesPlacesWithAnother) {
  Texts texts;
  TextLane a(texts);
  TextLane b(texts);
  add(a, {1, 0, 0}, "one");
  add(a, {2, 0, 0}, "two");
  a.exchange(b);
  EXPECT_TRUE(a.moments().empty());
  add(a, {3, 0, 0}, "three");
  b.replay(0, b.moments().size());
  a.replay(0, a.moments().size());
  EXPECT_EQ(texts.all, (std::vector<std::string>{"one", "two", "three"}));
  b.clear();
  EXPECT_EQ(b.cost(), 0u);
  add(b, {4, 0, 0}, "four");
  b.replay(0, 1);
  EXPECT_EQ(texts.all.back(), "four");
}

TEST(EntryLane, PutsEntriesInOrderAndLeavesThoseOfOneMomentAsTheyCame) {
  Numbers numbers;
  EntryLane<int> lane(numbers);
  lane.add({2, 0, 0}, 20);
  lane.add({1, 3, 0}, 13);
  lane.add({2, 0, 0}, 21);
  lane.add({1, 2, 9}, 12);
  lane.sort();
  lane.replay(0, 4);
  EXPECT_EQ(numbers.all, (std::vector<int>{12, 13, 20, 21}));
  EXPECT_TRUE(std::is_sorted(lane.moments().begin(), lane.moments().end()));
}

TEST(EntryLane, TakesTheOrderAlongWhenItChangesPlaces) {
  Numbers numbers;
  EntryLane<int> a(numbers);
  EntryLane<int> b(numbers);
  a.add({2, 0, 0}, 2);
  a.add({1, 0, 0}, 1);
  a.exchange(b);
  b.sort();
  b.replay(0, 2);
  EXPECT_EQ(numbers.all, (std::vector<int>{1, 2}));
}

TEST(EntryLane, LosesAnEntryWithoutLosingItsPlace) {
  Numbers numbers;
  EntryLane<int> lane(numbers);
  lane.add({1, 0, 0}, 7);
  lane.add({2, 0, 0}, 8);
  lane.replace(7, 0);
  lane.replay(0, 2);
  EXPECT_EQ(numbers.all, (std::vector<int>{0, 8}));
}

TEST(Moment, OrdersStepsWithinAPacketAndBirthsWithinAStep) {
  EXPECT_LT(moment_of(1, 1, Step::lifetime), moment_of(2, 0, Step::conversations));
  EXPECT_LT(moment_of(1, 0, Step::lifetime), moment_of(1, 1, Step::conversations));
  EXPECT_LT(moment_of(1, 0, Step::act), moment_of(1, 0, Step::settle));
  EXPECT_LT((Moment{1, 2, 3}), (Moment{1, 2, 4}));
}

TEST(Moment, KnowsThePacketOfABirth) {
  EXPECT_EQ(first_packet_of(birth_of(77, 0)), 77u);
  EXPECT_LT(birth_of(77, 1), birth_of(77, 2));
  EXPECT_LT(birth_of(77, 1'000'000), birth_of(78, 0));
}

}  // namespace
}  // namespace tcpflow
