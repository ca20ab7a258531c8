#include "scan/python/python_facts.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

namespace tcpflow {
namespace {

// Null: there is none of that name.
const PythonFact* fact(const PythonFacts& facts, const std::string& name) {
  const auto all = facts.all();
  const auto found = std::find_if(all.begin(), all.end(),
                                  [&](const PythonFact& each) { return each.name == name; });
  return found == all.end() ? nullptr : &*found;
}

TEST(PythonFacts, HaveEachNameOnce) {
  const FlowRecord record;
  const PythonFacts facts(Direction::originator, record, false);
  std::set<std::string> names;
  for (const PythonFact& each : facts.all()) names.insert(each.name);
  EXPECT_EQ(names.size(), facts.all().size());
  EXPECT_EQ(names.size(), 20u);
}

TEST(PythonFacts, AreThoseOfTheHalf) {
  FlowRecord record;
  record.halves[0].info.source_port = 40000;
  record.halves[1].info.source_port = 80;
  record.halves[1].info.role = Role::server;
  record.halves[1].stream_bytes = uint64_t{1} << 40;
  const PythonFacts facts(Direction::responder, record, true);
  EXPECT_EQ(fact(facts, "src_port")->whole, 80u);
  EXPECT_EQ(fact(facts, "role")->text, std::string("server"));
  EXPECT_EQ(fact(facts, "direction")->text, std::string("responder"));
  EXPECT_EQ(fact(facts, "stream_bytes")->whole, uint64_t{1} << 40);
  EXPECT_EQ(fact(facts, "truncated")->kind, kPythonTruth);
  EXPECT_EQ(fact(facts, "truncated")->whole, 1u);
}

TEST(PythonFacts, HaveTheNearestNumberForATime) {
  FlowRecord record;
  record.halves[0].info.start = Timestamp(std::chrono::milliseconds(1500000000009));
  record.halves[0].last = Timestamp(std::chrono::milliseconds(-1500));
  const PythonFacts facts(Direction::originator, record, false);
  EXPECT_EQ(fact(facts, "start")->real, 1500000000.009);
  EXPECT_EQ(fact(facts, "end")->real, -1.5);
}

TEST(PythonFacts, HaveNoNameWhereThereIsNoFile) {
  FlowRecord record;
  const PythonFacts without(Direction::originator, record, false);
  EXPECT_EQ(fact(without, "file_name")->kind, kPythonNone);
  record.halves[0].output.file_name = "out/file";
  const PythonFacts facts(Direction::originator, record, false);
  ASSERT_EQ(fact(facts, "file_name")->kind, kPythonText);
  EXPECT_EQ(fact(facts, "file_name")->text, std::string("out/file"));
}

}  // namespace
}  // namespace tcpflow
