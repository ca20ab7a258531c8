#include "output/alternatives.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include "output/flow_files.h"
#include "output/test_flows.h"
#include "tests/support/fake_flow.h"

namespace tcpflow {
namespace {

using test::content;
using test::kC;
using test::kClient;
using test::TemporaryFolder;

StreamConflict conflict(uint64_t offset, std::string_view kept, std::string_view other) {
  StreamConflict found;
  found.offset = offset;
  found.kept = as_bytes(kept);
  found.other = as_bytes(other);
  found.kept_by.number = 7;
  found.other_by.number = 9;
  return found;
}

// One flow's client half, in a folder of its own.
struct Fixture {
  explicit Fixture(const FlowFilesOptions& options = {}, size_t max_open = 8)
      : budget(max_open),
        maker(*NameTemplateBuilder().build(folder.path())),
        flow(test::client_half(), test::server_half()),
        files(options, {budget, errors, maker, now}) {
    consumer = files.create();
    consumer->on_start(flow);
    consumer->on_half_start(kClient, test::client_half());
  }
  void end() {
    FlowRecord record;
    consumer->on_half_end(kClient, HalfEnd::fin);
    files.on_batch_taken();
    consumer->on_end(FlowEnd::closed, record);
    files.on_batch_end(true);
  }
  std::string alternatives() const { return content(folder / kC + ".alternatives"); }

  TemporaryFolder folder;
  FileBudget budget;
  FileMaker maker;
  test::FakeFlow flow;
  Moment now;
  test::ErrorLog errors;
  FlowFiles files;
  std::unique_ptr<StreamConsumer> consumer;
};

TEST(Alternatives, AreALineForEachConflict) {
  for (const size_t max_open : {size_t{8}, size_t{1}}) {
    Fixture fixture({}, max_open);
    fixture.consumer->on_conflict(kClient, conflict(2, "cd", "C\xff"));
    fixture.files.on_batch_end(false);
    fixture.consumer->on_bytes(kClient, 0, as_bytes("abcd"), {});
    fixture.consumer->on_conflict(kClient, conflict(0, "a", "X"));
    fixture.end();
    EXPECT_EQ(fixture.alternatives(), "2|2|7|9|43ff\n0|1|7|9|58\n");
    EXPECT_EQ(content(fixture.folder / kC), "abcd");
    EXPECT_TRUE(fixture.errors.messages.empty());
  }
}

TEST(Alternatives, HaveNoFileWithoutAConflict) {
  Fixture fixture;
  fixture.consumer->on_bytes(kClient, 0, as_bytes("abcd"), {});
  fixture.end();
  EXPECT_FALSE(test::exists(fixture.folder / kC + ".alternatives"));
}

TEST(Alternatives, EndWhereTheFileMayNotGoOn) {
  FlowFilesOptions options;
  options.limit = 3;
  Fixture fixture(options);
  fixture.consumer->on_bytes(kClient, 0, as_bytes("abcdef"), {});
  fixture.consumer->on_conflict(kClient, conflict(1, "bcd", "BCD"));
  fixture.consumer->on_conflict(kClient, conflict(3, "d", "D"));
  fixture.end();
  EXPECT_EQ(fixture.alternatives(), "1|2|7|9|4243\n");
}

// A batch that is nothing but conflicts must not wait for its end in memory.
TEST(Alternatives, AreWrittenWhenManyWait) {
  Fixture fixture;
  const std::string kept(1000, 'k');
  const std::string other(1000, 'o');
  for (int i = 0; i < 100; ++i) fixture.consumer->on_conflict(kClient, conflict(0, kept, other));
  EXPECT_GT(fixture.alternatives().size(), 100'000u);
  fixture.end();
  EXPECT_EQ(fixture.alternatives().size(), 100u * (std::string("0|1000|7|9|\n").size() + 2000));
}

TEST(Alternatives, SayWhyTheyCannotBeWritten) {
  Fixture fixture;
  test::put_file(fixture.folder / "elsewhere");
  const std::string name = fixture.folder / kC + ".alternatives";
  ASSERT_EQ(::symlink("elsewhere", name.c_str()), 0);
  fixture.consumer->on_bytes(kClient, 0, as_bytes("abcd"), {});
  fixture.consumer->on_conflict(kClient, conflict(0, "a", "X"));
  fixture.end();
  EXPECT_EQ(content(fixture.folder / kC), "abcd");
  EXPECT_EQ(fixture.errors.messages,
            (std::vector<std::string>{name + ": Too many levels of symbolic links"}));
}

TEST(Alternatives, EndBeforeTheLineThatDoesNotFit) {
  const std::string line = "0|1|7|9|58\n";
  for (const bool fits : {true, false}) {
    FlowFilesOptions options;
    options.limits.alternatives_per_half = 2 * line.size() - (fits ? 0 : 1);
    Fixture fixture(options);
    fixture.consumer->on_bytes(kClient, 0, as_bytes("abcd"), {});
    fixture.consumer->on_conflict(kClient, conflict(0, "a", "X"));
    fixture.files.on_batch_end(true);
    fixture.consumer->on_conflict(kClient, conflict(0, "a", "X"));
    if (!fits) fixture.consumer->on_conflict(kClient, conflict(0, "a", ""));
    FlowRecord record;
    fixture.consumer->on_end(FlowEnd::closed, record);
    EXPECT_EQ(fixture.alternatives(), fits ? line + line : line);
    EXPECT_EQ(record.half(kClient).output.alternatives_cut, !fits);
  }
}

}  // namespace
}  // namespace tcpflow
