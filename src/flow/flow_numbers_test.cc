#include "flow/flow_numbers.h"

#include <gtest/gtest.h>

#include "flow/bare_syns.h"
#include "flow/gauge.h"

namespace tcpflow {
namespace {

using Kind = FlowNumbers::Kind;

TEST(FlowNumbers, CountBothKindsByThemselves) {
  FlowNumbers numbers;
  EXPECT_EQ(numbers.next(Kind::session, {1, 0, 0}), 0u);
  EXPECT_EQ(numbers.next(Kind::half, {1, 0, 0}), 0u);
  EXPECT_EQ(numbers.next(Kind::half, {2, 0, 0}), 1u);
  EXPECT_EQ(numbers.sessions(), 1u);
  EXPECT_EQ(numbers.halves(), 2u);
  EXPECT_TRUE(numbers.births().empty());
}

TEST(FlowNumbers, ArePlaceholdersUntilAllTablesAreKnown) {
  FlowNumbers numbers;
  numbers.share();
  const uint64_t session = numbers.next(Kind::session, {1, 1, 0});
  const uint64_t half = numbers.next(Kind::half, {1, 1, 0});
  EXPECT_FALSE(FlowNumbers::is_settled(session));
  ASSERT_EQ(numbers.births().size(), 2u);
  EXPECT_EQ(numbers.births()[1].kind, Kind::half);
  numbers.numbers() = {41, 83};
  EXPECT_EQ(numbers.settled(session), 41u);
  EXPECT_EQ(numbers.settled(half), 83u);
  EXPECT_EQ(numbers.settled(5), 5u) << "settled before";
  numbers.forget();
  EXPECT_EQ(numbers.next(Kind::session, {2, 1, 0}), session) << "counted anew in each batch";
}

TEST(FlowNumbers, ReachSynsThatAreKeptSmall) {
  FlowNumbers numbers;
  numbers.share();
  BareSyns syns(1);
  std::vector<BareSyn> kept(3);
  for (uint16_t i = 0; i < 3; ++i) {
    kept[i].key.low_port = static_cast<uint16_t>(i + 1);
    kept[i].packet.number = i + 1;
    kept[i].session = numbers.next(Kind::session, {i, 1, 0});
    kept[i].flow_number = numbers.next(Kind::half, {i, 1, 0});
    ASSERT_TRUE(syns.add(kept[i]));
  }
  numbers.numbers() = {10, 20, 11, 21, 12, 22};
  ASSERT_TRUE(syns.take(kept[1].key));  // leaves a hole among those that wait for numbers
  syns.settle_numbers(numbers);
  numbers.forget();
  BareSyn later;
  later.key.low_port = 9;
  later.session = numbers.next(Kind::session, {9, 1, 0});
  later.flow_number = numbers.next(Kind::half, {9, 1, 0});
  ASSERT_TRUE(syns.add(later));
  numbers.numbers() = {13, 23};
  syns.settle_numbers(numbers);
  const BareSyn first = syns.take_first();
  EXPECT_EQ(first.session, 10u);
  EXPECT_EQ(first.flow_number, 20u);
  EXPECT_EQ(syns.take(kept[2].key)->flow_number, 22u);
  EXPECT_EQ(syns.take(later.key)->session, 13u);
}

TEST(Gauge, KnowsHowHighItWent) {
  Gauge gauge;
  gauge.add(3, {1, 0, 0});
  gauge.add(-2, {2, 0, 0});
  gauge.set(2, {3, 0, 0});
  EXPECT_EQ(gauge.value(), 2);
  EXPECT_EQ(gauge.most(), 3);
  EXPECT_TRUE(gauge.changes().empty());
}

TEST(Gauge, ListsChangesWhereItIsShared) {
  Gauge gauge;
  gauge.share();
  gauge.add(1, {1, 1, 0});
  gauge.add(1, {1, 1, 0});
  for (int i = 0; i < 5; ++i) gauge.add(-1, {2, 4, 0});
  gauge.set(-3, {3, 0, 0});  // nothing new
  ASSERT_EQ(gauge.changes().size(), 3u) << "one packet's many ends are one change";
  EXPECT_EQ(gauge.changes()[2].by, -5);
  gauge.forget();
  EXPECT_TRUE(gauge.changes().empty());
  EXPECT_EQ(gauge.value(), -3);
}

}  // namespace
}  // namespace tcpflow
