#include "output/object_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "output/test_flows.h"
#include "tests/support/fake_flow.h"

namespace tcpflow::test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr size_t kPlenty = size_t{1} << 30;

// Every half has the same name, if it has one already.
class OneName : public FlowNames {
 public:
  std::optional<std::string> name_of(const Flow&, Direction) override { return name; }
  std::optional<std::string> name;
};

struct Fixture {
  explicit Fixture(size_t held_limit = kPlenty)
      : files({budget, names, errors, now, &events}, held_limit) {
    names.name = folder / "flow";
    objects = files.open(flow);
  }
  std::unique_ptr<ObjectWriter> begin(const std::string& suffix) {
    return objects->begin(kServer, suffix, make_time(1'500'000'000, 250'000'000));
  }
  void add(ObjectWriter& writer, const std::string& text) { writer.add(as_bytes(text)); }
  // It must stay where it is until the batch ends.
  void lend(ObjectWriter& writer, const std::string& text) { writer.lend(as_bytes(text)); }
  void end_batch(bool idle = false) { files.on_batch_end(idle); }
  void end_flow() {
    FlowRecord record;
    record.half(kServer).output.file_name = names.name.value_or("");
    objects->end(record);
  }
  std::string operator[](const std::string& suffix) const {
    return content(folder / "flow" + suffix);
  }
  bool has(const std::string& suffix) const { return exists(folder / "flow" + suffix); }

  TemporaryFolder folder;
  FileBudget budget{8};
  OneName names;
  ErrorLog errors;
  EventLog events;
  Moment now;
  FakeFlow flow{client_half(), server_half()};
  ObjectFiles files;
  std::unique_ptr<FlowObjects> objects;
};

TEST(ObjectFiles, ShowNothingBeforeTheBatchEnds) {
  Fixture fixture;
  auto writer = fixture.begin("-a");
  fixture.add(*writer, "hel");
  fixture.add(*writer, "lo");
  writer.reset();
  EXPECT_FALSE(fixture.has("-a"));
  EXPECT_THAT(fixture.events.lines, IsEmpty());
  fixture.end_batch();
  EXPECT_EQ(fixture["-a"], "hello");
  const std::string name = fixture.folder / "flow-a";
  EXPECT_THAT(fixture.events.lines, ElementsAre("open " + name, "close " + name));
}

TEST(ObjectFiles, WriteAheadWhatIsTooMuch) {
  Fixture fixture(100);
  auto writer = fixture.begin("-a");
  fixture.add(*writer, std::string(101, 'x'));
  EXPECT_EQ(fixture["-a"].size(), 101u);
  Fixture roomy;
  writer = roomy.begin("-a");
  roomy.add(*writer, std::string(size_t{256} << 10, 'x'));
  EXPECT_EQ(roomy["-a"].size(), size_t{256} << 10);
  writer.reset();
}

// Long enough to be lent.
std::string span_of(char c) { return std::string(1000, c); }

TEST(ObjectFiles, WriteWhatIsLentFromWhereItLies) {
  Fixture fixture;
  std::string first = span_of('a');
  const std::string second = span_of('b');
  auto writer = fixture.begin("-a");
  fixture.lend(*writer, first);
  fixture.lend(*writer, second);
  first.front() = 'z';  // nobody may: it shows that there is no copy
  writer.reset();
  fixture.end_batch();
  EXPECT_EQ(fixture["-a"], first + second);
}

TEST(ObjectFiles, CopyWhatIsLentInLittlePieces) {
  Fixture fixture;
  auto writer = fixture.begin("-a");
  const std::string large = span_of('a');
  std::string little = "b";
  fixture.lend(*writer, large);
  for (int i = 0; i < 100; ++i) fixture.lend(*writer, little);
  little = "c";
  writer.reset();
  fixture.end_batch();
  const std::string content = fixture["-a"];
  EXPECT_EQ(content.substr(0, 1000), large);
  EXPECT_GT(std::count(content.begin(), content.end(), 'b'), 90) << "these were copied";
  EXPECT_EQ(content.size(), 1100u);
}

TEST(ObjectFiles, WriteWhatIsLentBehindWhatIsHeldAndAddedBehindIt) {
  Fixture fixture;
  const std::string lent = span_of('b');
  auto ends_lent = fixture.begin("-a");
  fixture.add(*ends_lent, "held");
  fixture.lend(*ends_lent, lent);
  auto ends_added = fixture.begin("-b");
  fixture.lend(*ends_added, lent);
  fixture.add(*ends_added, "added");
  fixture.lend(*ends_added, lent);
  ends_lent.reset();
  ends_added.reset();
  fixture.end_batch();
  EXPECT_EQ(fixture["-a"], "held" + lent);
  EXPECT_EQ(fixture["-b"], lent + "added" + lent);
}

TEST(ObjectFiles, LeaveHolesAroundWhatIsLent) {
  Fixture fixture;
  const std::string lent = span_of('b');
  auto writer = fixture.begin("-a");
  writer->skip(1);
  fixture.lend(*writer, lent);
  writer->skip(2);
  fixture.lend(*writer, lent);
  writer->skip(3);
  writer.reset();
  fixture.end_batch();
  const auto hole = [](size_t length) { return std::string(length, '\0'); };
  EXPECT_EQ(fixture["-a"], hole(1) + lent + hole(2) + lent + hole(3));
}

TEST(ObjectFiles, KeepWhatWasLentBeyondTheBatch) {
  Fixture fixture;
  auto writer = fixture.begin("-a");
  std::string expected;
  for (char c = 'a'; c < 'e'; ++c) {
    std::string lent = span_of(c);
    expected += lent;
    fixture.lend(*writer, lent);
    fixture.end_batch();
    lent.assign(lent.size(), '?');  // it dies
    EXPECT_FALSE(fixture.has("-a")) << "it may become more";
  }
  const std::string much(size_t{40} << 10, 'x');
  fixture.lend(*writer, much);
  fixture.end_batch();
  EXPECT_EQ(fixture["-a"], expected + much);
  const std::string last = "last";
  fixture.lend(*writer, last);
  writer.reset();
  fixture.end_batch();
  EXPECT_EQ(fixture["-a"], expected + much + "last");
}

TEST(ObjectFiles, WriteAheadWhatWasLentIfTooMuchWouldBeHeldBeyondTheBatch) {
  Fixture fixture(100);
  const std::string lent = span_of('a');
  auto writer = fixture.begin("-a");
  fixture.lend(*writer, lent);
  EXPECT_FALSE(fixture.has("-a")) << "it takes no memory yet";
  fixture.end_batch();
  EXPECT_EQ(fixture["-a"], lent);
}

TEST(ObjectFiles, WriteVeryManyLentPieces) {
  Fixture fixture;
  const std::string lent = span_of('a');
  auto writer = fixture.begin("-a");
  for (int i = 0; i < 3000; ++i) fixture.lend(*writer, lent);
  writer.reset();
  fixture.end_batch();
  EXPECT_EQ(fixture["-a"], std::string(3'000'000, 'a'));
}

TEST(ObjectFiles, TellOnceOfADiskThatIsFullOfWhatWasLent) {
  Fixture fixture;
  const std::string lent(5000, 'x');
  auto writer = fixture.begin("-a");
  fixture.lend(*writer, lent);
  {
    const FileSizeLimit limit(4096);
    fixture.end_batch(true);
  }
  fixture.lend(*writer, lent);
  fixture.add(*writer, "more");
  writer.reset();
  fixture.end_batch();
  EXPECT_EQ(fixture["-a"].size(), 4096u);
  EXPECT_EQ(fixture.errors.messages.size(), 1u);
}

TEST(ObjectFiles, LeaveOutAnObjectThatIsTooLargeWithoutAName) {
  Fixture fixture(100);
  fixture.names.name.reset();
  auto writer = fixture.begin("-a");
  fixture.add(*writer, std::string(101, 'x'));
  fixture.add(*writer, std::string(101, 'x'));
  auto small = fixture.begin("-b");
  fixture.add(*small, "fine");
  small.reset();
  fixture.names.name = fixture.folder / "flow";
  fixture.end_batch();
  EXPECT_EQ(fixture["-b"], "fine");
  EXPECT_EQ(fixture.errors.messages.size(), 1u);
  EXPECT_FALSE(fixture.has("-a"));
}

TEST(ObjectFiles, HoldNothingBackOnceInputRests) {
  Fixture fixture;
  auto writer = fixture.begin("-a");
  fixture.add(*writer, "hello");
  fixture.end_batch(false);
  EXPECT_FALSE(fixture.has("-a")) << "it may become more";
  fixture.end_batch(true);
  EXPECT_EQ(fixture["-a"], "hello") << "though nothing came since";
  fixture.add(*writer, ", you");
  fixture.end_batch(true);
  EXPECT_EQ(fixture["-a"], "hello, you");
}

TEST(ObjectFiles, LeaveHoles) {
  Fixture fixture;
  auto writer = fixture.begin("-a");
  writer->skip(2);
  fixture.add(*writer, "x");
  writer->skip(3);
  writer.reset();
  fixture.end_batch();
  EXPECT_EQ(fixture["-a"], std::string("\0\0x\0\0\0", 6));
  EXPECT_THAT(fixture.errors.messages, IsEmpty());
}

TEST(ObjectFiles, LeaveHolesAlsoBeforeTheNameIsKnown) {
  Fixture fixture;
  fixture.names.name.reset();
  auto writer = fixture.begin("-a");
  fixture.add(*writer, "x");
  writer->skip(2);
  fixture.add(*writer, "y");
  writer.reset();
  fixture.names.name = fixture.folder / "flow";
  fixture.end_batch();
  EXPECT_EQ(fixture["-a"], std::string("x\0\0y", 4));
  EXPECT_THAT(fixture.errors.messages, IsEmpty());
}

TEST(ObjectFiles, HaveTheTimeOfTheirFirstPacket) {
  Fixture fixture;
  auto writer = fixture.begin("-a");
  fixture.add(*writer, "x");
  writer.reset();
  fixture.end_batch();
  struct stat info {};
  ASSERT_EQ(::stat((fixture.folder / "flow-a").c_str(), &info), 0);
  EXPECT_EQ(info.st_mtim.tv_sec, 1'500'000'000);
  EXPECT_EQ(info.st_mtim.tv_nsec, 250'000'000);
}

TEST(ObjectFiles, TellOfAnErrorOnceAndGoOnWithTheOthers) {
  Fixture fixture;
  put_file(fixture.folder / "flow-file");
  auto worse = fixture.begin("-file/below");
  auto good = fixture.begin("-good");
  for (ObjectWriter* writer : {worse.get(), good.get()}) fixture.add(*writer, "text");
  fixture.end_batch(true);
  for (ObjectWriter* writer : {worse.get(), good.get()}) fixture.add(*writer, "more");
  worse.reset();
  good.reset();
  fixture.end_batch();
  EXPECT_EQ(fixture["-good"], "textmore");
  EXPECT_EQ(fixture.errors.messages.size(), 1u);
}

TEST(ObjectFiles, TellOfADiskThatIsFullOnce) {
  Fixture fixture;
  auto large = fixture.begin("-large");
  auto small = fixture.begin("-small");
  fixture.add(*large, std::string(5000, 'x'));
  fixture.add(*small, "fits");
  large.reset();
  small.reset();
  {
    const FileSizeLimit limit(4096);
    fixture.end_batch();
  }
  EXPECT_EQ(fixture["-small"], "fits");
  EXPECT_EQ(fixture.errors.messages.size(), 1u);
}

TEST(ObjectFiles, AreNoneWhereTheFileOfTheirFlowCouldNotBeMade) {
  Fixture fixture;
  fixture.names.name = "";
  auto writer = fixture.begin("-a");
  fixture.add(*writer, "x");
  writer.reset();
  fixture.end_batch();
  EXPECT_THAT(fixture.errors.messages, IsEmpty()) << "that one has told of it";
  EXPECT_THAT(fixture.events.lines, IsEmpty());
}

TEST(ObjectFiles, AreWholeWhenTheirFlowEnds) {
  Fixture fixture;
  fixture.names.name.reset();
  auto writer = fixture.begin("-a");
  fixture.add(*writer, "x");
  writer.reset();
  fixture.names.name = fixture.folder / "flow";
  fixture.end_flow();
  EXPECT_EQ(fixture["-a"], "x");
  fixture.end_batch();
  EXPECT_EQ(fixture.events.lines.size(), 2u);
}

TEST(ObjectFiles, OnlyNameObjectsWithoutAnOctet) {
  Fixture fixture;
  fixture.objects->mention(kServer, "-a");
  fixture.end_batch();
  EXPECT_FALSE(fixture.has("-a"));
  EXPECT_THAT(fixture.events.lines, ElementsAre("open " + fixture.folder.path() + "/flow-a"));
}

TEST(ObjectFiles, ForgetWhatGoesBeforeTheBatchEnds) {
  Fixture fixture;
  auto writer = fixture.begin("-a");
  fixture.add(*writer, "x");
  fixture.end_batch(false);
  fixture.add(*writer, "y");
  writer.reset();
  fixture.objects.reset();
  fixture.end_batch(true);
  EXPECT_FALSE(fixture.has("-a"));
}

}  // namespace
}  // namespace tcpflow::test
