#include "output/archive_objects.h"

#include <gtest/gtest.h>

#include "output/archive_writer.h"
#include "output/test_archives.h"
#include "tests/support/fake_flow.h"

namespace tcpflow {
namespace {

using test::kC;
using test::kClient;
using test::kS;
using test::kServer;
using test::Unpacked;

constexpr int64_t kSecond = 1'500'000'000;

// Hands entries on at once.
class DirectSink : public ArchiveSink {
 public:
  explicit DirectSink(ArchiveWriter& writer) : writer_(writer) {}
  void on_entry(const Moment& at, ArchiveEntry& entry) override {
    packets.push_back(at.packet);
    names.push_back(entry.name);
    writer_.on_entry(entry);
  }
  std::vector<uint64_t> packets;
  std::vector<std::string> names;

 private:
  ArchiveWriter& writer_;
};

FlowArchiveOptions asked(FlowArchiveOptions options = {}) {
  options.is_asked_for_names = true;
  return options;
}

// An archive with one flow, both of whose halves have begun.
struct Fixture {
  explicit Fixture(const FlowArchiveOptions& options = {}, const std::string& file = "a.tar")
      : path(folder / file),
        spool(std::move(*open_spool(path))),
        entry_names(*NameTemplateBuilder().build(""), {}, options.limits.archive_names),
        writer(std::move(*ArchiveFile::open(path, waiter)), errors),
        archive(asked(options), {*spool, entry_names, sink, errors, now}),
        flow(test::client_half(), test::server_half()) {
    flow.halves[1].flow_number = 1;
    writer.keep_failures();
    consumer = archive.create();
    consumer->on_start(flow);
    consumer->on_half_start(kClient, flow.halves[0]);
    consumer->on_half_start(kServer, flow.halves[1]);
    mine = objects.open(flow);
  }
  void bytes(Direction from, const std::string& text) {
    ++now.packet;
    uint64_t& at = offsets[from == kServer];
    consumer->on_bytes(from, at, as_bytes(text), {now.packet, make_time(kSecond, 0)});
    at += text.size();
  }
  std::unique_ptr<ObjectWriter> begin(const std::string& suffix) {
    return mine->begin(kServer, suffix, make_time(kSecond + 7, 0));
  }
  void object(const std::string& suffix, const std::string& text) {
    begin(suffix)->add(as_bytes(text));
  }
  void end_batch() {
    archive.on_batch_taken();
    archive.on_batch_end(false);
  }
  void end_flow() {
    ++now.packet;
    archive.on_batch_taken();
    consumer->on_half_end(kClient, HalfEnd::fin);
    consumer->on_half_end(kServer, HalfEnd::fin);
    FlowRecord record;
    consumer->on_end(FlowEnd::closed, record);
    mine->end(record);
    mine.reset();
    consumer.reset();
    archive.on_batch_end(true);
  }
  std::map<std::string, Unpacked> unpacked() {
    writer.finish(0);
    return test::unpack(path);
  }

  test::TemporaryFolder folder;
  test::NeverStops waiter;
  test::ErrorLog errors;
  Moment now;
  std::string path;
  std::unique_ptr<Spool> spool;
  EntryNames entry_names;
  ArchiveWriter writer;
  DirectSink sink{writer};
  FlowArchive archive;
  ArchiveObjects objects{archive};
  test::FakeFlow flow;
  std::unique_ptr<StreamConsumer> consumer;
  std::unique_ptr<FlowObjects> mine;
  std::array<uint64_t, 2> offsets{};
};

TEST(ArchiveObjects, StoresAnObjectUnderTheNameOfItsFlowWithItsOwnTime) {
  Fixture run;
  run.bytes(kServer, "stream");
  run.object("-HTTPBODY-001.html", "<html>");
  run.end_flow();
  std::map<std::string, Unpacked> got = run.unpacked();
  EXPECT_EQ(got.size(), 2U);
  EXPECT_EQ(got[kS].octets, "stream");
  const Unpacked& object = got[std::string(kS) + "-HTTPBODY-001.html"];
  EXPECT_EQ(object.octets, "<html>");
  EXPECT_EQ(object.seconds, kSecond + 7);
  EXPECT_TRUE(run.errors.messages.empty());
}

TEST(ArchiveObjects, HandsOverWhatIsOverWithItsBatchInTheOrderInWhichItEnded) {
  Fixture run;
  run.bytes(kServer, "stream");
  std::unique_ptr<ObjectWriter> first = run.begin("-1");
  std::unique_ptr<ObjectWriter> second = run.begin("-2");
  std::unique_ptr<ObjectWriter> third = run.begin("-3");
  for (const auto& writer : {&first, &second, &third}) (*writer)->add(as_bytes("x"));
  ++run.now.packet;
  second.reset();
  ++run.now.packet;
  first.reset();
  run.end_batch();
  const std::string name = kS;
  EXPECT_EQ(run.sink.names, (std::vector<std::string>{name + "-2", name + "-1"}));
  EXPECT_EQ(run.sink.packets, (std::vector<uint64_t>{2, 3}));
  third.reset();
  run.end_flow();
  EXPECT_EQ(run.sink.names,
            (std::vector<std::string>{name + "-2", name + "-1", name + "-3", name}));
  EXPECT_EQ(run.unpacked().size(), 4U);
}

TEST(ArchiveObjects, KeepsHolesAlsoAtTheEnd) {
  for (const char* file : {"a.tar", "a.zip"}) {
    Fixture run({}, file);
    run.bytes(kServer, "stream");
    std::unique_ptr<ObjectWriter> writer = run.begin("-x");
    writer->skip(2);
    writer->add(as_bytes("ab"));
    writer->skip(100'000);
    writer->add(as_bytes("cd"));
    writer->skip(3);
    writer.reset();
    run.begin("-hole")->skip(4);
    run.end_flow();
    std::map<std::string, Unpacked> got = run.unpacked();
    std::string wanted("\0\0ab", 4);
    wanted.append(100'000, '\0').append("cd").append(3, '\0');
    EXPECT_EQ(got[std::string(kS) + "-x"].octets, wanted) << file;
    EXPECT_EQ(got[std::string(kS) + "-hole"].octets, std::string(4, '\0')) << file;
  }
}

TEST(ArchiveObjects, EndsOneOfWhichTooMuchIsMissing) {
  FlowArchiveOptions options;
  options.missing = {0, 1000};
  Fixture run(options);
  run.bytes(kServer, "stream");
  std::unique_ptr<ObjectWriter> writer = run.begin("-x");
  writer->add(as_bytes("a"));
  writer->skip(999);
  writer->add(as_bytes("b"));
  writer->skip(2);
  writer->add(as_bytes("c"));
  writer.reset();
  run.end_flow();
  EXPECT_EQ(run.unpacked()[std::string(kS) + "-x"].octets, "a" + std::string(999, '\0') + "b");
  EXPECT_EQ(run.archive.zeros_hits(), 1U);
  ASSERT_EQ(run.errors.messages.size(), 1U);
  EXPECT_NE(run.errors.messages[0].find("object -x: not whole"), std::string::npos);
}

TEST(ArchiveObjects, SharesTheMemoryOfTheFlows) {
  FlowArchiveOptions options;
  options.limits.archive_held_per_half = 5000;
  options.limits.archive_held_total = 12'000;
  Fixture run(options);
  run.bytes(kServer, std::string(4000, 's'));
  std::vector<std::unique_ptr<ObjectWriter>> writers;
  for (int i = 0; i < 8; ++i) writers.push_back(run.begin("-" + std::to_string(i)));
  size_t most = 0;
  for (int round = 0; round < 10; ++round) {
    for (const auto& writer : writers) {
      writer->add(as_bytes(std::string(1000, static_cast<char>('a' + round))));
      most = std::max(most, run.archive.waiting());
    }
  }
  EXPECT_LE(most, 12'000U);
  EXPECT_GT(most, 4'000U);
  writers.clear();
  run.end_flow();
  EXPECT_EQ(run.archive.waiting(), 0U);
  std::string wanted;
  for (char letter = 'a'; letter < 'k'; ++letter) wanted.append(1000, letter);
  std::map<std::string, Unpacked> got = run.unpacked();
  ASSERT_EQ(got.size(), 9U);
  for (int i = 0; i < 8; ++i) EXPECT_EQ(got[kS + ("-" + std::to_string(i))].octets, wanted);
}

TEST(ArchiveObjects, LeavesOutWhatIsOneTooManyInABatchAndTellsItOnce) {
  FlowArchiveOptions options;
  options.limits.objects_held = 10'000;
  Fixture run(options);
  run.bytes(kServer, "stream");
  for (int i = 0; i < 1000; ++i) run.object("-a" + std::to_string(i), "x");
  EXPECT_EQ(run.errors.messages.size(), 1U);
  run.end_batch();
  const size_t in_first = run.sink.names.size();
  EXPECT_GT(in_first, 10U);
  EXPECT_LT(in_first, 100U);
  run.object("-b", "there is room again");
  run.end_flow();
  EXPECT_EQ(run.unpacked().count(std::string(kS) + "-b"), 1U);
  EXPECT_EQ(run.errors.messages.size(), 1U);
}

TEST(ArchiveObjects, AreNothingWithoutAnEntryOfTheFlow) {
  Fixture run;
  run.bytes(kClient, "x");
  run.object("-x", "of the silent half");
  run.end_flow();
  EXPECT_EQ(run.unpacked().size(), 1U);
}

TEST(ArchiveObjects, TellWithTheirHalfOfADiskThatIsFull) {
  Fixture run;
  run.bytes(kServer, "stream");
  std::string noise(100'000, '\0');
  uint32_t state = 1;
  for (char& c : noise) c = static_cast<char>((state = state * 1664525 + 1013904223) >> 24);
  run.object("-large", noise);
  const test::FileSizeLimit limit(50'000);
  run.end_flow();
  const std::optional<EntryFailure> failure = run.writer.failure_of(1);
  ASSERT_TRUE(failure);
  EXPECT_TRUE(failure->is_stored) << "the stream itself is";
  EXPECT_EQ(failure->error.find(std::string(kS) + "-large in "), 0U) << failure->error;
  EXPECT_EQ(run.writer.streams_left_out(), 0U);
  EXPECT_EQ(run.unpacked().count(kS), 1U);
  EXPECT_EQ(run.errors.messages.size(), 2U) << "the first at once, and how many they are";
}

TEST(ArchiveObjects, AreCutWhereTheSpoolIsFull) {
  FlowArchiveOptions options;
  options.limits.archive_held_per_half = 1000;
  Fixture run(options);
  run.bytes(kServer, "stream");
  std::unique_ptr<ObjectWriter> writer = run.begin("-x");
  writer->add(as_bytes(std::string(2000, 'a')));
  {
    const test::FileSizeLimit limit(2500);
    writer->add(as_bytes(std::string(2000, 'b')));
  }
  writer->add(as_bytes(std::string(2000, 'c')));
  writer.reset();
  run.end_flow();
  EXPECT_EQ(run.unpacked()[std::string(kS) + "-x"].octets, std::string(2000, 'a'));
  ASSERT_EQ(run.errors.messages.size(), 1U);
  EXPECT_NE(run.errors.messages[0].find("temporary file"), std::string::npos);
}

}  // namespace
}  // namespace tcpflow
