// Who supplies the bytes where fragments overlap: every policy in every relation, both families.
#include "decode/fragment_policy.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "decode/decode_test_support.h"
#include "tests/support/overlap_model.h"

namespace tcpflow {
namespace {

using namespace test;

// Units of eight octets behind the TCP header that one fragment fills with its letter.
struct Interval {
  size_t begin = 0;
  size_t end = 0;
  char letter = '.';
};
constexpr size_t kUnit = 8;
constexpr size_t kHeader = 24;  // the TCP header, and four octets of its payload

DecodeOptions with_policy(FragmentPolicy policy) {
  DecodeOptions options;
  options.fragment_policies.set_default(policy);
  return options;
}

Octets fragment_of(Family family, uint32_t offset, bool more, const Octets& payload) {
  if (family == Family::ipv6) {
    Octets header = {6, 0, 0, 0, 0, 0, 0, 9};
    header[2] = static_cast<uint8_t>(offset >> 8);
    header[3] = static_cast<uint8_t>((offset & 0xff) | (more ? 1 : 0));
    Ipv6Params params;
    params.next_header = 44;
    return ipv6(params, join({header, payload}));
  }
  Ipv4Params params;
  params.id = 9;
  params.fragment_offset = static_cast<uint16_t>(offset);
  params.more_fragments = more;
  return ipv4(params, payload);
}

// One datagram's fragments on their way through a decoder.
class Datagram {
 public:
  Datagram(Family family, FragmentPolicy policy) : family_(family), run(with_policy(policy)) {}

  Drop add(uint32_t offset, bool more, const Octets& payload) {
    Captured captured;
    captured.link = LinkType::raw;
    return run.decode(fragment_of(family_, offset, more, payload), captured).why;
  }
  Drop add(const Interval& interval, bool more = true) {
    const size_t length = (interval.end - interval.begin) * kUnit;
    return add(static_cast<uint32_t>(kHeader + interval.begin * kUnit), more,
               Octets(length, static_cast<uint8_t>(interval.letter)));
  }
  // The start, which is what all the others waited for.
  Drop start() {
    Octets head = tcp(tcp_with("----"), ip("10.1.2.3"), ip("192.0.2.80"));
    return add(0, true, head);
  }
  // A letter for each unit behind the header; empty if there was no segment.
  std::string units() const {
    std::string found;
    if (run.segments.empty()) return found;
    const std::string& payload = run.segments.back().payload;
    for (size_t at = 4; at < payload.size(); at += kUnit) found += payload[at];
    return found;
  }

 private:
  Family family_;

 public:
  DecodeRun run;
};

FragmentPolicy named(std::string_view name) {
  const std::optional<FragmentPolicy> policy = fragment_policy_named(name);
  EXPECT_TRUE(policy) << name;
  return policy.value_or(FragmentPolicy::first);
}

// What the new fragment N is to the old one, which lies at units [2, 5).
constexpr Interval kRelations[] = {
    {1, 4}, {1, 5}, {1, 6},  // oi fi di
    {2, 4}, {2, 5}, {2, 6},  // s  eq si
    {3, 4}, {3, 5}, {3, 6},  // d  f  o
};
constexpr size_t kUnits = 7;  // the last one ends the datagram

std::string free_units_of(const std::string& units) {
  std::string all = units;
  for (char& unit : all) unit = unit == '\0' ? '.' : unit;
  return all;
}

void expect_row(const PolicyRow& row, Family family) {
  for (size_t i = 0; i < std::size(kRelations); ++i) {
    const Interval old{2, 5, 'O'};
    const Interval mine{kRelations[i].begin, kRelations[i].end, 'N'};
    std::string expected(kUnits, '\0');
    for (const Interval* each : {&old, &mine}) {
      for (size_t u = each->begin; u < each->end; ++u) expected[u] = each->letter;
    }
    const size_t shared_end = std::min(old.end, mine.end);
    for (size_t u = std::max(old.begin, mine.begin); u < shared_end; ++u)
      expected[u] = row.winners[i];

    Datagram datagram(family, named(row.policy));
    EXPECT_EQ(datagram.add(old), Drop::none);
    EXPECT_EQ(datagram.add(mine), Drop::none);
    for (size_t u = 0; u < kUnits; ++u) {
      if (expected[u] == '\0') datagram.add({u, u + 1, '.'}, u + 1 < kUnits);
    }
    EXPECT_EQ(datagram.units(), "");
    EXPECT_EQ(datagram.start(), Drop::none);
    EXPECT_EQ(datagram.units(), free_units_of(expected)) << row.policy << ", relation " << i;
  }
}

TEST(FragmentPolicy, DecidesEachOfTheNineRelationsInBothFamilies) {
  EXPECT_EQ(fragment_policy_rows().size() + 1, fragment_policy_names().size())
      << "and linux_modern";
  for (const PolicyRow& row : fragment_policy_rows()) {
    expect_row(row, Family::ipv4);
    expect_row(row, Family::ipv6);
  }
}

TEST(FragmentPolicy, OfModernLinuxGivesUpWhatOverlapsInPart) {
  for (const Family family : {Family::ipv4, Family::ipv6}) {
    for (size_t i = 0; i < std::size(kRelations); ++i) {
      Datagram datagram(family, FragmentPolicy::linux_modern);
      const Interval mine{kRelations[i].begin, kRelations[i].end, 'N'};
      EXPECT_EQ(datagram.add({2, 5, 'O'}), Drop::none);
      const bool is_inside = mine.begin >= 2 && mine.end <= 5;
      EXPECT_EQ(datagram.add(mine), is_inside ? Drop::none : Drop::fragment_overlap) << i;
      EXPECT_EQ(datagram.run.drops(Drop::fragment_overlap), is_inside ? 0u : 2u);
      datagram.add({0, 2, '.'});
      datagram.add({5, 7, '.'}, false);
      datagram.start();
      EXPECT_EQ(datagram.units(), is_inside ? "..OOO.." : "") << i;
    }
  }
}

// Fragments that came in order count as one; others stay apart though nothing is between them.
TEST(FragmentPolicy, OfModernLinuxKnowsRunsThatCameInOrder) {
  Datagram in_order(Family::ipv4, FragmentPolicy::linux_modern);
  in_order.add({1, 2, 'a'});
  in_order.add({2, 3, 'b'});
  EXPECT_EQ(in_order.add({1, 3, 'x'}), Drop::none) << "ignored";
  in_order.add({3, 4, 'c'}, false);
  in_order.add({0, 1, '.'});
  in_order.start();
  EXPECT_EQ(in_order.units(), ".abc");

  Datagram backwards(Family::ipv4, FragmentPolicy::linux_modern);
  backwards.add({2, 3, 'b'});
  backwards.add({1, 2, 'a'});
  EXPECT_EQ(backwards.add({1, 3, 'x'}), Drop::fragment_overlap);
}

TEST(FragmentPolicy, OfModernLinuxBeginsAnewAfterAnOverlap) {
  Datagram datagram(Family::ipv4, FragmentPolicy::linux_modern);
  datagram.add({0, 2, 'a'});
  EXPECT_EQ(datagram.add({1, 3, 'b'}), Drop::fragment_overlap);
  datagram.add({0, 2, 'c'});
  datagram.add({2, 3, 'd'}, false);
  datagram.start();
  EXPECT_EQ(datagram.units(), "ccd");
}

TEST(FragmentPolicy, OfModernLinuxGivesUpADatagramWithTwoEnds) {
  Datagram datagram(Family::ipv6, FragmentPolicy::linux_modern);
  datagram.add({1, 2, 'a'}, false);
  EXPECT_EQ(datagram.add({2, 3, 'x'}), Drop::bad_fragment) << "behind the end";
  EXPECT_EQ(datagram.run.drops(Drop::bad_fragment), 2u);
  datagram.add({0, 1, 'b'});
  datagram.start();
  EXPECT_EQ(datagram.units(), "") << "the end has gone";
  datagram.add({1, 2, 'c'}, false);
  EXPECT_EQ(datagram.units(), "bc");
}

TEST(FragmentPolicy, IsThatOfTheDestination) {
  DecodeOptions options;
  options.fragment_policies.set_default(FragmentPolicy::last);
  const Result<IpNetwork> network = IpNetwork::parse("192.0.2.0/24");
  ASSERT_TRUE(network);
  options.fragment_policies.add(*network, FragmentPolicy::first);
  for (const bool is_listed : {true, false}) {
    DecodeRun run(options);
    Captured captured;
    captured.link = LinkType::raw;
    Ipv4Params params;
    if (!is_listed) params.destination = ip("198.51.100.1");
    params.id = 3;
    const auto feed = [&](uint16_t offset, bool more, const Octets& payload) {
      params.fragment_offset = offset;
      params.more_fragments = more;
      run.decode(ipv4(params, payload), captured);
    };
    feed(24, false, Octets(8, 'O'));
    feed(24, false, Octets(8, 'N'));
    feed(0, true, tcp(tcp_with("----"), params.source, params.destination));
    EXPECT_EQ(run.payload(), is_listed ? "----OOOOOOOO" : "----NNNNNNNN");
  }
}

TEST(FragmentPolicy, HasANameForEachKind) {
  EXPECT_EQ(fragment_policy_named("linux"), FragmentPolicy::classic_linux);
  EXPECT_EQ(fragment_policy_named("linux_modern"), FragmentPolicy::linux_modern);
  EXPECT_EQ(fragment_policy_named("vista"), std::nullopt);
}

}  // namespace
}  // namespace tcpflow
