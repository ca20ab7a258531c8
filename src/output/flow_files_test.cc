#include "output/flow_files.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <deque>

#include "output/flow_files_test_support.h"

namespace tcpflow {
namespace {

using test::content;
using test::kC;
using test::kClient;
using test::kS;
using test::kServer;
using test::TemporaryFolder;
using test::TestFlow;
using Fixture = test::FlowFilesFixture;

TEST(FlowFiles, WriteEachHalfToItsOwnFile) {
  Fixture fixture;
  TestFlow flow(fixture);
  flow.bytes(kClient, 0, "GET /").bytes(kServer, 0, "200 ").bytes(kServer, 4, "OK");
  const FlowRecord record = flow.end();
  EXPECT_EQ(fixture[kC], "GET /");
  EXPECT_EQ(fixture[kS], "200 OK");
  EXPECT_EQ(record.half(kClient).output.file_name, fixture.folder / kC);
  EXPECT_EQ(record.half(kClient).output.file_size, 5U);
  EXPECT_EQ(record.half(kServer).output.file_size, 6U);
  EXPECT_EQ(record.half(kServer).output.error, "");
  EXPECT_EQ(fixture.budget.open_count(), 0U);
}

TEST(FlowFiles, MakeNoFileForAHalfWithoutPayload) {
  Fixture fixture;
  TestFlow flow(fixture);
  flow.bytes(kClient, 0, "x");
  flow.consumer().on_gap(kServer, 0, 100, GapReason::not_captured);
  const FlowRecord record = flow.end();
  EXPECT_FALSE(test::exists(fixture.folder / kS));
  EXPECT_EQ(record.half(kServer).output.file_name, "");
}

TEST(FlowFiles, OfCompleteHalvesAreDoneWithTheirBatch) {
  Fixture fixture;
  TestFlow flow(fixture);
  flow.bytes(kClient, 0, "GET ").bytes(kServer, 0, "200 ");
  fixture.files.on_batch_end(false);
  EXPECT_GE(fixture.files.held_bytes(), 8U);
  flow.bytes(kClient, 4, "/");
  flow.consumer().on_half_complete(kClient);
  flow.consumer().on_half_complete(kServer);
  fixture.files.on_batch_end(false);
  EXPECT_EQ(fixture[kC], "GET /");
  EXPECT_EQ(fixture[kS], "200 ");
  EXPECT_EQ(fixture.files.held_bytes(), 0U);
  EXPECT_EQ(fixture.budget.open_count(), 0U);
  EXPECT_EQ(fixture.files.incomplete(), 2U);
  struct stat info {};
  ASSERT_EQ(::stat((fixture.folder / kS).c_str(), &info), 0);
  EXPECT_EQ(info.st_mtim.tv_nsec, 2'000'007);

  // All the same, something may come.
  flow.bytes(kServer, 4, "OK");
  flow.end();
  EXPECT_EQ(fixture[kS], "200 OK");
  ASSERT_EQ(::stat((fixture.folder / kS).c_str(), &info), 0);
  EXPECT_EQ(info.st_mtim.tv_nsec, 2'000'007);
  EXPECT_EQ(fixture.budget.open_count(), 0U);
}

TEST(FlowFiles, CarryTheTimeOfTheHalfsFirstPacket) {
  Fixture fixture;
  TestFlow flow(fixture);
  flow.bytes(kServer, 0, "x").end();
  struct stat info {};
  ASSERT_EQ(::stat((fixture.folder / kS).c_str(), &info), 0);
  EXPECT_EQ(info.st_mtim.tv_sec, 1'500'000'000);
  EXPECT_EQ(info.st_mtim.tv_nsec, 2'000'007);
  EXPECT_EQ(info.st_atim.tv_nsec, 2'000'007);
}

TEST(FlowFiles, LeaveAHoleForAGapAndEndAtTheLastByte) {
  Fixture fixture;
  TestFlow flow(fixture);
  flow.bytes(kClient, 0, "ab");
  flow.consumer().on_gap(kClient, 2, 3, GapReason::not_captured);
  flow.bytes(kClient, 5, "f").bytes(kClient, 6, "g");
  flow.consumer().on_gap(kClient, 7, 100, GapReason::not_captured);
  const FlowRecord record = flow.end();
  EXPECT_EQ(fixture[kC], std::string("ab\0\0\0fg", 7));
  EXPECT_EQ(record.half(kClient).output.file_size, 7U);
}

// "ab", three bytes missing, "fg", a hundred missing at the end.
FlowRecord write_gaps(Fixture& fixture) {
  TestFlow flow(fixture);
  flow.bytes(kClient, 0, "ab");
  flow.consumer().on_gap(kClient, 2, 3, GapReason::not_captured);
  flow.bytes(kClient, 5, "fg");
  flow.consumer().on_gap(kClient, 7, 100, GapReason::snap_length);
  return flow.end();
}

TEST(FlowFiles, CloseUpOverSkippedGaps) {
  FlowFilesOptions options;
  options.gap = GapForm::skip;
  options.index = true;
  Fixture fixture(options);
  const FlowRecord record = write_gaps(fixture);
  EXPECT_EQ(fixture[kC], "abfg");
  EXPECT_EQ(record.half(kClient).output.file_size, 4U);
  EXPECT_EQ(fixture[std::string(kC).append(".findx")],
            "0|1500000000.001000|2\n2|1500000000.002000|2\n");
}

TEST(FlowFiles, MarkGapsAlsoAtTheEnd) {
  FlowFilesOptions options;
  options.gap = GapForm::mark;
  options.index = true;
  Fixture fixture(options);
  const FlowRecord record = write_gaps(fixture);
  const std::string expected = "ab\n[tcpflow: 3 bytes missing]\nfg\n[tcpflow: 100 bytes missing]\n";
  EXPECT_EQ(fixture[kC], expected);
  EXPECT_EQ(record.half(kClient).output.file_size, expected.size());
  EXPECT_EQ(fixture[std::string(kC).append(".findx")],
            "0|1500000000.001000|2\n30|1500000000.002000|2\n");
}

TEST(FlowFiles, MarkGapsInBytesThatAreHeldBack) {
  FlowFilesOptions options;
  options.gap = GapForm::mark;
  Fixture fixture(options);
  TestFlow flow(fixture);
  uint64_t at = 0;
  std::string expected;
  for (int i = 0; i < 5; ++i, at += 4) {
    flow.bytes(kClient, at, "ab");
    flow.consumer().on_gap(kClient, at + 2, 2, GapReason::not_captured);
    fixture.files.on_batch_end(false);
    expected += "ab\n[tcpflow: 2 bytes missing]\n";
  }
  EXPECT_FALSE(test::exists(fixture.folder / kC)) << "little, so it waits";
  flow.end();
  EXPECT_EQ(fixture[kC], expected);
}

TEST(FlowFiles, MakeAFileForAGapAloneIfItIsMarked) {
  FlowFilesOptions options;
  options.gap = GapForm::mark;
  Fixture fixture(options);
  TestFlow flow(fixture);
  flow.consumer().on_gap(kServer, 0, 9, GapReason::not_captured);
  const FlowRecord record = flow.end();
  EXPECT_EQ(fixture[kS], "\n[tcpflow: 9 bytes missing]\n");
  EXPECT_EQ(record.half(kServer).output.file_name, fixture.folder / kS);
}

TEST(FlowFiles, CutMarkersAtTheByteLimit) {
  FlowFilesOptions options;
  options.gap = GapForm::mark;
  options.limit = 6;
  Fixture fixture(options);
  const FlowRecord record = write_gaps(fixture);
  EXPECT_EQ(fixture[kC], "ab\n[tc");
  EXPECT_EQ(record.half(kClient).output.file_size, 6U);
}

TEST(FlowFiles, CountTheByteLimitBehindWhatWasSkipped) {
  FlowFilesOptions options;
  options.gap = GapForm::skip;
  options.limit = 3;
  Fixture fixture(options);
  write_gaps(fixture);
  EXPECT_EQ(fixture[kC], "abf");
}

TEST(FlowFiles, StartWithAHoleWhereTheFirstBytesAreLost) {
  Fixture fixture;
  TestFlow flow(fixture);
  flow.bytes(kClient, 3, "late").end();
  EXPECT_EQ(fixture[kC], std::string("\0\0\0late", 7));
}

TEST(FlowFiles, HoldLittleDataBackUntilTheFlowEnds) {
  Fixture fixture;
  TestFlow flow(fixture);
  flow.bytes(kClient, 0, "one ");
  fixture.files.on_batch_end(false);
  EXPECT_FALSE(test::exists(fixture.folder / kC));
  EXPECT_GE(fixture.files.held_bytes(), sizeof(FlowFile) + 4);
  EXPECT_EQ(fixture.files.incomplete(), 1U);
  flow.bytes(kClient, 4, "two");
  fixture.files.on_batch_end(false);
  flow.end();
  EXPECT_EQ(fixture.files.incomplete(), 0U);
  EXPECT_EQ(fixture[kC], "one two");
  EXPECT_EQ(fixture.files.held_bytes(), 0U);
}

TEST(FlowFiles, WriteEverythingWhenNoInputIsAtHand) {
  Fixture fixture;
  TestFlow held(fixture);
  held.bytes(kClient, 0, "held");
  fixture.files.on_batch_end(false);
  TestFlow fresh(fixture, 40001);
  fresh.bytes(kClient, 0, "fresh");
  fixture.files.on_batch_end(true);
  EXPECT_EQ(fixture[kC], "held");
  EXPECT_EQ(fixture["010.001.002.003.40001-192.000.002.080.00080"], "fresh");
  EXPECT_EQ(fixture.files.held_bytes(), 0U);
}

TEST(FlowFiles, WriteLongDataAtTheEndOfTheBatch) {
  Fixture fixture;
  const std::string text(100'000, 'x');
  TestFlow flow(fixture);
  flow.bytes(kClient, 0, text);
  fixture.files.on_batch_end(false);
  EXPECT_EQ(fixture[kC], text);
  EXPECT_EQ(fixture.files.held_bytes(), 0U);
}

// What files take themselves counts: most of what is held is of many that have little.
TEST(FlowFiles, WriteTheLongestWaitingFirstWhenTooMuchIsHeld) {
  FlowFilesOptions options;
  options.limits.held_total = 2 * sizeof(FlowFile) + 3000;
  Fixture fixture(options);
  TestFlow one(fixture, 40000);
  TestFlow two(fixture, 40001);
  const std::string text(1000, 'x');
  one.bytes(kClient, 0, text);
  two.bytes(kClient, 0, text);
  fixture.files.on_batch_end(false);
  EXPECT_EQ(fixture.files.held_bytes(), 2 * sizeof(FlowFile) + 2000);
  EXPECT_EQ(fixture.files.early_writes(), 0u);
  two.bytes(kClient, 1000, text + text);
  fixture.files.on_batch_end(false);
  EXPECT_EQ(fixture[kC], text);
  EXPECT_EQ(fixture.files.early_writes(), 1u);
  EXPECT_GE(fixture.files.held_bytes(), sizeof(FlowFile) + 3000);
  EXPECT_LE(fixture.files.held_bytes(), options.limits.held_total);
}

TEST(FlowFiles, PutAHoleBehindHeldBytes) {
  Fixture fixture;
  TestFlow flow(fixture);
  flow.bytes(kClient, 0, "ab");
  fixture.files.on_batch_end(false);
  flow.bytes(kClient, 4, "ef");
  fixture.files.on_batch_end(false);
  flow.bytes(kClient, 6, "gh").end();
  EXPECT_EQ(fixture[kC], std::string("ab\0\0efgh", 8));
}

TEST(FlowFiles, EndTheSameForEveryNumberOfOpenFiles) {
  for (const size_t max_open : {size_t{1}, size_t{2}, size_t{100}}) {
    FlowFilesOptions options;
    options.index = true;
    options.held_per_file = 1;  // every batch writes
    Fixture fixture(options, max_open);
    std::deque<TestFlow> flows;
    for (uint16_t i = 0; i < 5; ++i) flows.emplace_back(fixture, static_cast<uint16_t>(40000 + i));
    for (uint64_t round = 0; round < 4; ++round) {
      for (TestFlow& flow : flows)
        flow.bytes(kClient, round * 2, "ab").bytes(kServer, round * 2, "cd");
      fixture.files.on_batch_end(false);
      EXPECT_LE(fixture.budget.open_count(), max_open);
    }
    for (TestFlow& flow : flows) flow.end();
    EXPECT_EQ(fixture["010.001.002.003.40004-192.000.002.080.00080"], "abababab");
    EXPECT_EQ(fixture[kS], "cdcdcdcd");
    struct stat info {};
    ASSERT_EQ(::stat((fixture.folder / kC).c_str(), &info), 0);
    EXPECT_EQ(info.st_mtim.tv_sec, 1'500'000'000);
    EXPECT_TRUE(fixture.errors.messages.empty());
  }
}

TEST(FlowFiles, StopAtTheLimit) {
  FlowFilesOptions options;
  options.limit = 12;
  Fixture fixture(options);
  TestFlow flow(fixture);
  flow.bytes(kClient, 0, "ABCDEFGHIJ").bytes(kClient, 10, "KLMNOPQRST").bytes(kClient, 20, "U");
  flow.bytes(kServer, 0, "ABCDE");
  const FlowRecord record = flow.end();
  EXPECT_EQ(fixture[kC], "ABCDEFGHIJKL");
  EXPECT_EQ(fixture[kS], "ABCDE");
  EXPECT_EQ(record.half(kClient).output.file_size, 12U);
}

TEST(FlowFiles, StopAtTheLimitBehindAHole) {
  FlowFilesOptions options;
  options.limit = 12;
  Fixture fixture(options);
  TestFlow flow(fixture);
  flow.bytes(kClient, 0, "0123456789").bytes(kClient, 20, "ABCDEFGHIJ").end();
  EXPECT_EQ(fixture[kC], "0123456789");
}

TEST(FlowFiles, MakeAnEmptyFileWhereTheLimitLetsNothingThrough) {
  for (const bool idle : {false, true}) {
    FlowFilesOptions options;
    options.limit = 0;
    Fixture fixture(options);
    TestFlow flow(fixture);
    flow.bytes(kClient, 0, "data");
    fixture.files.on_batch_end(idle);
    const FlowRecord record = flow.end();
    EXPECT_TRUE(test::exists(fixture.folder / kC));
    EXPECT_EQ(fixture[kC], "");
    EXPECT_EQ(record.half(kClient).output.file_size, 0U);
  }
}

TEST(FlowFiles, KeepOffsetsBeyondFourGibibytes) {
  Fixture fixture;
  TestFlow flow(fixture);
  const uint64_t far = (uint64_t{5} << 30) + 7;
  flow.bytes(kClient, far, "end").end();
  struct stat info {};
  ASSERT_EQ(::stat((fixture.folder / kC).c_str(), &info), 0);
  EXPECT_EQ(static_cast<uint64_t>(info.st_size), far + 3);
}

TEST(FlowFiles, CountUpForConnectionsWithTheSameName) {
  Fixture fixture;
  for (const std::string text : {"first", "second", "third"}) {
    TestFlow flow(fixture);
    flow.bytes(kClient, 0, text).end();
  }
  EXPECT_EQ(fixture[kC], "first");
  EXPECT_EQ(fixture[std::string(kC) + "c1"], "second");
  EXPECT_EQ(fixture[std::string(kC) + "c2"], "third");
}

TEST(FlowFiles, TakeSharedNamesInTheOrderOfTheFirstBytes) {
  Fixture fixture({}, 1, "flow");
  TestFlow one(fixture, 40000);
  TestFlow two(fixture, 40001);
  one.bytes(kClient, 0, "one");
  two.bytes(kServer, 0, "two");
  one.bytes(kServer, 0, "three");
  two.end();
  one.end();
  EXPECT_EQ(fixture["flow"], "one");
  EXPECT_EQ(fixture["flowc1"], "two");
  EXPECT_EQ(fixture["flowc2"], "three");
}

TEST(FlowFiles, TellOfEachFileOpenedAndClosed) {
  test::EventLog events;
  Fixture fixture({}, 8, "", &events);
  TestFlow flow(fixture);
  flow.bytes(kServer, 0, "x").end();
  EXPECT_EQ(events.lines, (std::vector<std::string>{"open " + fixture.folder / kS,
                                                    "close " + fixture.folder / kS}));
}

// Who is told of files wants to see them grow.
TEST(FlowFiles, AreMadeInTheBatchOfTheirFirstByteWhereTheyAreToldOf) {
  test::EventLog events;
  Fixture fixture({}, 8, "", &events);
  TestFlow flow(fixture);
  flow.bytes(kClient, 0, "x");
  fixture.files.on_batch_taken();
  EXPECT_EQ(events.lines, std::vector<std::string>{"open " + fixture.folder / kC});
}

TEST(FlowFiles, SayOnceThatAFileCannotBeMadeAndGoOn) {
  Fixture fixture({}, 8, "%a/%A%c");
  test::put_file(fixture.folder / "40000", "in the way");
  TestFlow flow(fixture);
  flow.bytes(kClient, 0, "lost").bytes(kServer, 0, "kept").bytes(kClient, 4, "lost");
  fixture.files.on_batch_end(false);
  flow.bytes(kClient, 8, "lost");
  const FlowRecord record = flow.end();
  const std::string reason = fixture.folder / "40000/010.001.002.003" + ": Not a directory";
  EXPECT_EQ(fixture.errors.messages, std::vector<std::string>{reason});
  EXPECT_EQ(record.half(kClient).output.error, reason);
  EXPECT_EQ(record.half(kClient).output.file_name, "");
  EXPECT_EQ(fixture["00080/192.000.002.080"], "kept");
}

TEST(FlowFiles, KeepWhatWasWrittenWhenNoMoreFits) {
  Fixture fixture;
  TestFlow flow(fixture);
  FlowRecord record;
  {
    const test::FileSizeLimit limit(6);
    flow.bytes(kClient, 0, "0123").bytes(kClient, 4, "4567").bytes(kServer, 0, "fits");
    fixture.files.on_batch_end(true);
    flow.bytes(kClient, 8, "89");
    record = flow.end();
  }
  EXPECT_EQ(fixture[kC], "012345");
  EXPECT_EQ(fixture[kS], "fits");
  EXPECT_EQ(record.half(kClient).output.file_size, 6U);
  EXPECT_EQ(record.half(kClient).output.error, "File too large");
  EXPECT_EQ(record.half(kClient).output.file_name, fixture.folder / kC);
  EXPECT_EQ(fixture.errors.messages,
            std::vector<std::string>{fixture.folder / kC + ": File too large"});
}

TEST(FlowFiles, IndexEachSegmentByOffset) {
  FlowFilesOptions options;
  options.index = true;
  options.limit = 12;
  Fixture fixture(options);
  TestFlow flow(fixture);
  flow.bytes(kClient, 0, "ABCDEFGHIJ").bytes(kClient, 10, "KLMNO");
  fixture.files.on_batch_end(true);
  flow.bytes(kClient, 20, "Z").end();
  EXPECT_EQ(fixture[std::string(kC).append(".findx")],
            "0|1500000000.001000|10\n10|1500000000.002000|2\n20|1500000000.003000|0\n");
  EXPECT_FALSE(test::exists(fixture.folder / (std::string(kS) + ".findx")));
}

TEST(FlowFiles, WriteAnIndexOnlyBesideAFile) {
  FlowFilesOptions options;
  options.index = true;
  Fixture fixture(options, 8, "sub/%a%c");
  test::put_file(fixture.folder / "sub", "in the way");
  TestFlow flow(fixture);
  flow.bytes(kClient, 0, "lost").end();
  EXPECT_FALSE(test::exists(fixture.folder / "sub/40000.findx"));
}

TEST(FlowFiles, ForgetAFlowThatGoesWithoutAnEnd) {
  Fixture fixture;
  {
    TestFlow flow(fixture);
    flow.bytes(kClient, 0, "held");
    fixture.files.on_batch_end(false);
    flow.bytes(kClient, 4, "more");
  }
  fixture.files.on_batch_end(true);
  EXPECT_EQ(fixture.files.held_bytes(), 0U);
}

TEST(FlowFiles, WriteAndCloseAHalfThatEndsBeforeItsFlow) {
  test::EventLog events;
  Fixture fixture({}, 8, "", &events);
  TestFlow flow(fixture);
  flow.bytes(kClient, 0, "done");
  flow.consumer().on_half_end(kClient, HalfEnd::fin);
  fixture.files.on_batch_taken();
  EXPECT_EQ(fixture[kC], "done");
  EXPECT_EQ(fixture.budget.open_count(), 0U);
  fixture.files.on_batch_end(false);
  flow.end();
  EXPECT_EQ(events.lines.size(), 2U);
}

TEST(PacketIndex, WritesNineDigitsOnlyWhereTheTimeNeedsThem) {
  const TemporaryFolder folder;
  FileBudget budget(1);
  PacketIndex index;
  index.append(0, make_time(1'500'000'000, 4'000'000), 8);
  index.append(8, make_time(1'500'000'000, 4'000'001), 4);
  index.append(uint64_t{1} << 40, make_time(-1, 999'999'000), 1);
  EXPECT_EQ(index.write_out(budget, folder / "f"), 0);
  EXPECT_EQ(content(folder / "f.findx"),
            "0|1500000000.004000|8\n8|1500000000.004000001|4\n1099511627776|-1.999999|1\n");
}

TEST(PacketIndex, ReplacesALeftOverIndexAndSaysWhyItCannotWrite) {
  const TemporaryFolder folder;
  test::put_file(folder / "f.findx", "old and much longer than what is new");
  FileBudget budget(1);
  PacketIndex index;
  index.append(0, make_time(0, 0), 1);
  EXPECT_EQ(index.write_out(budget, folder / "f"), 0);
  EXPECT_EQ(content(folder / "f.findx"), "0|0.000000|1\n");
  PacketIndex nowhere;
  nowhere.append(0, make_time(0, 0), 1);
  EXPECT_EQ(nowhere.write_out(budget, folder / "none/f"), ENOENT);
  nowhere.append(0, make_time(0, 0), 1);
  EXPECT_EQ(nowhere.waiting(), 0U);
}

}  // namespace
}  // namespace tcpflow
