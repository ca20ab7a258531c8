// Flow files of silent connections take next to no memory.
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <deque>
#include <string>
#include <vector>

#include "output/flow_files_test_support.h"

namespace tcpflow {
namespace {

using test::kC;
using test::kClient;
using test::kS;
using test::kServer;
using test::TestFlow;
using Fixture = test::FlowFilesFixture;

// Every batch writes, so that files may rest.
FlowFilesOptions written_at_once() {
  FlowFilesOptions options;
  options.held_per_file = 1;
  return options;
}

TEST(RestingFiles, TakeLittleMemoryOnceTheyAreClosedForWantOfDescriptors) {
  Fixture fixture(written_at_once(), 2, "flow");
  std::deque<TestFlow> flows;
  for (uint16_t i = 0; i < 6; ++i) flows.emplace_back(fixture, static_cast<uint16_t>(40000 + i));
  for (TestFlow& flow : flows) flow.bytes(kClient, 0, "ab");
  fixture.files.on_batch_end(false);
  EXPECT_EQ(fixture.files.files_in_memory(), 6 * 2 - 4u) << "four rest, and six have no bytes";
  flows[1].bytes(kClient, 2, "cd");
  fixture.files.on_batch_end(false);
  EXPECT_EQ(fixture.files.files_in_memory(), 6 * 2 - 4u);
  for (TestFlow& flow : flows) {
    const FlowRecord record = flow.end();
    EXPECT_EQ(record.half(kClient).output.error, "");
  }
  EXPECT_EQ(fixture["flowc1"], "abcd");
  EXPECT_EQ(fixture["flowc5"], "ab");
  struct stat info {};
  ASSERT_EQ(::stat((fixture.folder / "flowc2").c_str(), &info), 0);
  EXPECT_EQ(info.st_mtim.tv_sec, 1'500'000'000);
}

// Its flow waits for stragglers, or for the end of the capture with a million others.
TEST(RestingFiles, GoOnRestingWhenTheirHalvesEnd) {
  Fixture fixture(written_at_once(), 1);
  std::deque<TestFlow> flows;
  for (uint16_t i = 0; i < 3; ++i) flows.emplace_back(fixture, static_cast<uint16_t>(40000 + i));
  for (TestFlow& flow : flows) flow.bytes(kClient, 0, "ab").bytes(kServer, 0, "cde");
  fixture.files.on_batch_end(false);
  EXPECT_EQ(fixture.files.files_in_memory(), 1u);
  EXPECT_EQ(fixture.files.incomplete(), 6u);
  flows[0].consumer().on_half_end(kClient, HalfEnd::fin);
  flows[0].consumer().on_half_end(kServer, HalfEnd::fin);
  EXPECT_EQ(fixture.files.files_in_memory(), 1u);
  EXPECT_EQ(fixture.files.incomplete(), 4u);
  struct stat info {};
  ASSERT_EQ(::stat((fixture.folder / kC).c_str(), &info), 0);
  EXPECT_EQ(info.st_mtim.tv_sec, 1'500'000'000) << "it is complete";
  FlowRecord record;
  flows[0].consumer().on_end(FlowEnd::closed, record);
  EXPECT_EQ(record.half(kClient).output.file_name, fixture.folder / kC);
  EXPECT_EQ(record.half(kClient).output.file_size, 2u);
  EXPECT_EQ(record.half(kServer).output.file_size, 3u);
  EXPECT_EQ(fixture.files.incomplete(), 4u);
  flows[1].end();
  flows[2].end();
  EXPECT_EQ(fixture.files.incomplete(), 0u);
}

TEST(RestingFiles, AreToldOfInOrderThoughTheyRested) {
  test::EventLog events;
  FlowFilesOptions options;
  options.held_per_file = 1;
  Fixture fixture(options, 1, "", &events);
  TestFlow one(fixture, 40000);
  one.bytes(kClient, 0, "ab").bytes(kServer, 0, "cd");
  fixture.files.on_batch_taken();
  fixture.files.on_batch_end(false);
  EXPECT_EQ(fixture.files.files_in_memory(), 1u);
  one.end();
  EXPECT_EQ(events.lines, (std::vector<std::string>{
                              "open " + fixture.folder / kC, "open " + fixture.folder / kS,
                              "close " + fixture.folder / kC, "close " + fixture.folder / kS}));
}

// On a full disk all of a million are such.
TEST(RestingFiles, MayBeThoseThatCouldNotBeMade) {
  Fixture fixture({}, 8, "%a/%A%c");
  test::put_file(fixture.folder / "40000", "in the way");
  TestFlow flow(fixture);
  flow.bytes(kClient, 0, "lost").bytes(kServer, 0, "kept");
  fixture.files.on_batch_end(true);
  EXPECT_EQ(fixture.files.files_in_memory(), 1u);
  flow.bytes(kClient, 4, "lost");
  fixture.files.on_batch_end(true);
  EXPECT_EQ(fixture.files.files_in_memory(), 1u);
  const FlowRecord record = flow.end();
  EXPECT_EQ(fixture.files.incomplete(), 0u);
  const std::string reason = fixture.folder / "40000/010.001.002.003" + ": Not a directory";
  EXPECT_EQ(record.half(kClient).output.error, reason);
  EXPECT_EQ(record.half(kClient).output.file_name, "");
  EXPECT_EQ(fixture.errors.messages, std::vector<std::string>{reason});
}

// As any file that was closed for want of descriptors.
TEST(RestingFiles, AreNotMadeAgainWhereSomebodyRemovedThemWhileTheyRested) {
  Fixture fixture(written_at_once(), 1);
  TestFlow flow(fixture);
  flow.bytes(kClient, 0, "ab").bytes(kServer, 0, "cd");
  fixture.files.on_batch_end(false);
  ASSERT_EQ(::unlink((fixture.folder / kC).c_str()), 0);
  ASSERT_EQ(::symlink((fixture.folder / kS).c_str(), (fixture.folder / kC).c_str()), 0);
  flow.bytes(kClient, 2, "xx");
  fixture.files.on_batch_end(false);
  const FlowRecord record = flow.end();
  EXPECT_EQ(fixture[kS], "cd") << "a link in its place is not followed";
  EXPECT_NE(record.half(kClient).output.error, "");
}

// Bytes go where they belong, also behind a hole.
TEST(RestingFiles, GoOnWhereTheyEndedWhenTheyRested) {
  Fixture fixture(written_at_once(), 1);
  TestFlow flow(fixture);
  flow.bytes(kClient, 0, "ab").bytes(kServer, 0, "cd");
  fixture.files.on_batch_end(false);
  flow.consumer().on_gap(kClient, 2, 3, GapReason::not_captured);
  fixture.files.on_batch_end(false);
  flow.bytes(kServer, 2, "ef");
  fixture.files.on_batch_end(false);
  flow.bytes(kClient, 5, "gh");
  fixture.files.on_batch_end(false);
  const FlowRecord record = flow.end();
  EXPECT_EQ(fixture[kC], std::string("ab\0\0\0gh", 7));
  EXPECT_EQ(fixture[kS], "cdef");
  EXPECT_EQ(record.half(kClient).output.file_size, 7u);
}

TEST(RestingFiles, StayInMemoryWithWhatTheyHaveBesideThem) {
  FlowFilesOptions options;
  options.held_per_file = 1;
  options.index = true;
  Fixture fixture(options, 1);
  TestFlow flow(fixture);
  flow.bytes(kClient, 0, "ab").bytes(kServer, 0, "cd");
  fixture.files.on_batch_end(false);
  EXPECT_EQ(fixture.files.files_in_memory(), 2u);
  flow.bytes(kClient, 2, "ef").end();
  EXPECT_EQ(fixture[kC], "abef");
  EXPECT_EQ(fixture[std::string(kC).append(".findx")],
            "0|1500000000.001000|2\n2|1500000000.003000|2\n");
}

}  // namespace
}  // namespace tcpflow
