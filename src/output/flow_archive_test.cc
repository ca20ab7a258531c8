#include "output/flow_archive.h"

#include <gtest/gtest.h>

#include <deque>

#include "output/archive_writer.h"
#include "output/taken_names.h"
#include "output/test_archives.h"
#include "tests/support/fake_flow.h"

namespace tcpflow {
namespace {

using test::kC;
using test::kClient;
using test::kS;
using test::kServer;
using test::Unpacked;

// Hands entries on at once.
class DirectSink : public ArchiveSink {
 public:
  explicit DirectSink(ArchiveWriter& writer) : writer_(writer) {}
  void on_entry(const Moment& at, ArchiveEntry& entry) override {
    moments.push_back(at);
    writer_.on_entry(entry);
  }
  std::vector<Moment> moments;

 private:
  ArchiveWriter& writer_;
};

// A run that writes a tar, with everything it borrows.
struct Fixture {
  explicit Fixture(const FlowArchiveOptions& options = {}, const std::string& text = "",
                   const std::string& file = "a.tar")
      : path(folder / file),
        spool(std::move(*open_spool(path))),
        entry_names(names(text), {options.index, false}, options.limits.archive_names),
        writer(std::move(*ArchiveFile::open(path, waiter)), errors),
        flows(options, {*spool, entry_names, sink, errors, now}) {
    writer.keep_failures();
  }

  static NameTemplate names(const std::string& text) {
    NameTemplateBuilder builder;
    if (!text.empty()) builder.set(text);
    return *builder.build("");
  }
  std::map<std::string, Unpacked> unpacked() {
    finish();
    return test::unpack(path);
  }
  void finish() { writer.finish(entry_names.times_forgotten()); }

  test::TemporaryFolder folder;
  test::NeverStops waiter;
  test::ErrorLog errors;
  Moment now;
  std::string path;
  std::unique_ptr<Spool> spool;
  EntryNames entry_names;
  ArchiveWriter writer;
  DirectSink sink{writer};
  FlowArchive flows;
};

// One flow, both halves begun, fed by hand. What it was given dies at once: it must be copied.
class Flow {
 public:
  explicit Flow(Fixture& fixture, uint64_t number = 0)
      : fixture_(fixture), number_(number), consumer_(fixture.flows.create()) {
    HalfInfo client = test::client_half();
    HalfInfo server = test::server_half();
    client.flow_number = 2 * number;
    server.flow_number = 2 * number + 1;
    flow_ = test::FakeFlow(client, server);
    consumer_->on_start(flow_);
    consumer_->on_half_start(kClient, client);
    consumer_->on_half_start(kServer, server);
  }
  Flow& bytes(Direction from, uint64_t offset, std::string text) {
    const Timestamp time = make_time(1'500'000'000, 1'000'000 * static_cast<int64_t>(++packets_));
    ++fixture_.now.packet;
    consumer_->on_bytes(from, offset, as_bytes(text), {packets_, time});
    text.assign(text.size(), '!');
    return *this;
  }
  FlowRecord end() {
    consumer_->on_half_end(kClient, HalfEnd::fin);
    consumer_->on_half_end(kServer, HalfEnd::open);
    fixture_.flows.on_batch_taken();
    FlowRecord record;
    consumer_->on_end(FlowEnd::closed, record);
    return record;
  }
  std::optional<EntryFailure> client_failure() { return fixture_.writer.failure_of(2 * number_); }
  StreamConsumer& consumer() { return *consumer_; }

 private:
  Fixture& fixture_;
  uint64_t number_;
  test::FakeFlow flow_;
  uint64_t packets_ = 0;
  std::unique_ptr<StreamConsumer> consumer_;
};

TEST(FlowArchive, StoresEachHalfUnderItsName) {
  Fixture fixture;
  Flow flow(fixture);
  flow.bytes(kClient, 0, "GET /").bytes(kServer, 0, "200 ").bytes(kServer, 4, "OK");
  const FlowRecord record = flow.end();
  std::map<std::string, Unpacked> got = fixture.unpacked();
  EXPECT_EQ(got.size(), 2U);
  EXPECT_EQ(got[kC].octets, "GET /");
  EXPECT_EQ(got[kS].octets, "200 OK");
  EXPECT_EQ(got[kS].seconds, 1'500'000'000);
  EXPECT_EQ(got[kS].nanos, 2'000'007);
  EXPECT_EQ(record.half(kClient).output.file_name, kC);
  EXPECT_EQ(record.half(kClient).output.file_size, 5U);
  EXPECT_EQ(record.half(kServer).output.file_size, 6U);
  EXPECT_EQ(record.half(kServer).output.error, "");
  EXPECT_TRUE(fixture.errors.messages.empty());
}

TEST(FlowArchive, HasNothingOfAHalfWithoutPayload) {
  Fixture fixture;
  Flow flow(fixture);
  flow.bytes(kClient, 0, "x");
  flow.consumer().on_gap(kServer, 0, 100, GapReason::not_captured);
  const FlowRecord record = flow.end();
  EXPECT_EQ(fixture.unpacked().count(kS), 0U);
  EXPECT_EQ(record.half(kServer).output.file_name, "");
}

TEST(FlowArchive, GivesGapsTheFormThatIsWanted) {
  for (const auto& [form, wanted] :
       std::map<GapForm, std::string>{{GapForm::zero, std::string("ab\0\0\0fg", 7)},
                                      {GapForm::skip, "abfg"},
                                      {GapForm::mark, "ab\n[tcpflow: 3 bytes missing]\nfg"}}) {
    FlowArchiveOptions options;
    options.gap = form;
    Fixture fixture(options);
    Flow flow(fixture);
    flow.bytes(kClient, 0, "ab");
    flow.consumer().on_gap(kClient, 2, 3, GapReason::not_captured);
    flow.bytes(kClient, 5, "fg");
    EXPECT_EQ(flow.end().half(kClient).output.file_size, wanted.size());
    EXPECT_EQ(fixture.unpacked()[kC].octets, wanted);
  }
}

TEST(FlowArchive, StopsAtTheLimitAndPutsTheIndexBeside) {
  FlowArchiveOptions options;
  options.limit = 5;
  options.index = true;
  Fixture fixture(options);
  Flow flow(fixture);
  flow.bytes(kClient, 0, "012").bytes(kClient, 3, "3456").end();
  std::map<std::string, Unpacked> got = fixture.unpacked();
  EXPECT_EQ(got[kC].octets, "01234");
  EXPECT_EQ(got[std::string(kC) + ".findx"].octets,
            "0|1500000000.001000|3\n3|1500000000.002000|2\n");
  EXPECT_EQ(got.size(), 2U);
}

TEST(FlowArchive, PutsAlternativesBesideWhatTheyAreAbout) {
  Fixture fixture;
  Flow flow(fixture);
  StreamConflict conflict;
  conflict.kept = as_bytes("ab");
  conflict.other = as_bytes("AB");
  flow.bytes(kClient, 0, "ab");
  flow.consumer().on_conflict(kClient, conflict);
  flow.end();
  EXPECT_EQ(fixture.unpacked()[std::string(kC) + ".alternatives"].octets, "0|2|0|0|4142\n");
}

TEST(FlowArchive, KeepsToItsLimitsInMemory) {
  FlowArchiveOptions options;
  options.index = true;
  options.limits.archive_held_per_half = 3000;
  options.limits.archive_held_total = 10'000;
  Fixture fixture(options);
  std::deque<Flow> flows;
  for (uint64_t i = 0; i < 20; ++i) flows.emplace_back(fixture, i);
  size_t most = 0;
  for (uint64_t step = 0; step < 100; ++step) {
    for (Flow& flow : flows) {
      flow.bytes(kClient, 100 * step, std::string(100, static_cast<char>('a' + step % 26)));
      most = std::max(most, fixture.flows.waiting());
    }
  }
  EXPECT_LE(most, 10'000U);
  EXPECT_GT(most, 5'000U);
  for (Flow& flow : flows) flow.end();
  EXPECT_EQ(fixture.flows.waiting(), 0U);
  const std::map<std::string, Unpacked> got = fixture.unpacked();
  EXPECT_EQ(got.size(), 40U);
  for (const auto& [name, entry] : got) {
    if (name.ends_with(".findx")) continue;
    ASSERT_EQ(entry.octets.size(), 10'000U);
    for (size_t i = 0; i < 100; ++i)
      ASSERT_EQ(entry.octets[100 * i], static_cast<char>('a' + i % 26));
  }
}

TEST(FlowArchive, EndsAnEntryWhereTooManyZerosWouldBe) {
  FlowArchiveOptions options;
  options.missing.most_holes = 0;
  options.missing.most_zeros = 1000;
  Fixture fixture(options, "", "a.zip");
  Flow flow(fixture);
  flow.bytes(kClient, 0, "a").bytes(kClient, 1001, "b").bytes(kClient, 1003, "c");
  flow.bytes(kClient, 1004, "d");
  const FlowRecord record = flow.end();
  EXPECT_EQ(fixture.unpacked()[kC].octets, "a" + std::string(1000, '\0') + "b");
  EXPECT_EQ(record.half(kClient).output.file_size, 1002U);
  EXPECT_NE(record.half(kClient).output.error, "");
  EXPECT_EQ(fixture.flows.zeros_hits(), 1U);
  EXPECT_EQ(fixture.errors.messages.size(), 1U);
}

TEST(FlowArchive, CountsZerosOnlyWhereThereMayBeNoMoreHoles) {
  FlowArchiveOptions options;
  options.missing.most_holes = 2;
  options.missing.most_zeros = 10;
  Fixture fixture(options);
  Flow flow(fixture);
  flow.bytes(kClient, 5000, "a").bytes(kClient, 90'000, "b").bytes(kClient, 90'010, "c");
  EXPECT_EQ(fixture.flows.zeros_hits(), 0U);
  flow.bytes(kClient, 90'013, "d");
  EXPECT_EQ(fixture.flows.zeros_hits(), 1U);
  EXPECT_EQ(flow.end().half(kClient).output.file_size, 90'011U);
}

TEST(ArchiveWriter, NumbersNamesInTheOrderOfFirstBytes) {
  Fixture fixture({}, "%A");
  std::deque<Flow> flows;
  for (uint64_t i = 0; i < 3; ++i) {
    flows.emplace_back(fixture, i);
    flows[i].bytes(kClient, 0, std::to_string(i));
  }
  EXPECT_EQ(flows[2].end().half(kClient).output.file_name, "010.001.002.003c2");
  EXPECT_EQ(flows[0].end().half(kClient).output.file_name, "010.001.002.003");
  EXPECT_EQ(flows[1].end().half(kClient).output.file_name, "010.001.002.003c1");
  std::map<std::string, Unpacked> got = fixture.unpacked();
  EXPECT_EQ(got["010.001.002.003"].octets, "0");
  EXPECT_EQ(got["010.001.002.003c1"].octets, "1");
  EXPECT_EQ(got["010.001.002.003c2"].octets, "2");
}

TEST(ArchiveWriter, LeadsNowhereElse) {
  for (const auto& [text, wanted] : std::map<std::string, std::string>{
           {"../../etc/x", "etc/x"}, {"/root/x", "root/x"}, {"a//./b", "a/b"}, {"..", "_"}}) {
    Fixture fixture({}, text);
    Flow flow(fixture);
    flow.bytes(kClient, 0, "x").end();
    const std::map<std::string, Unpacked> got = fixture.unpacked();
    ASSERT_EQ(got.size(), 1U);
    EXPECT_EQ(got.begin()->first, wanted);
  }
}

TEST(FlowArchive, NamesAreGivenByWhoKnowsTheOrder) {
  Fixture fixture({}, "%A");
  std::deque<Flow> flows;
  for (uint64_t i = 0; i < 3; ++i) flows.emplace_back(fixture, i);
  fixture.now.packet = 30;
  flows[0].bytes(kClient, 0, "0");
  fixture.now.packet = 10;
  flows[1].bytes(kClient, 0, "1");
  fixture.now.packet = 20;
  flows[2].bytes(kClient, 0, "2");
  EXPECT_EQ(flows[0].end().half(kClient).output.file_name, "010.001.002.003c2");
  EXPECT_EQ(flows[1].end().half(kClient).output.file_name, "010.001.002.003");
  EXPECT_EQ(flows[2].end().half(kClient).output.file_name, "010.001.002.003c1");
}

TEST(FlowArchive, HandsEntriesOverInTheOrderInWhichHalvesEnd) {
  Fixture fixture;
  std::deque<Flow> flows;
  for (uint64_t i = 0; i < 3; ++i) {
    flows.emplace_back(fixture, i);
    flows[i].bytes(kClient, 0, "x");
  }
  const uint64_t ends[] = {50, 70, 60};
  for (size_t i = 0; i < 3; ++i) {
    fixture.now.packet = ends[i];
    flows[i].consumer().on_half_end(kClient, HalfEnd::fin);
  }
  EXPECT_TRUE(fixture.sink.moments.empty());
  EXPECT_NE(fixture.flows.waiting(), 0U);
  fixture.flows.on_batch_taken();
  EXPECT_EQ(fixture.flows.waiting(), 0U);
  ASSERT_EQ(fixture.sink.moments.size(), 3U);
  for (size_t i = 0; i < 3; ++i) EXPECT_EQ(fixture.sink.moments[i].packet, 50 + 10 * i);
  EXPECT_EQ(fixture.now.packet, 60U);
}

TEST(FlowArchive, ForgetsHalvesThatGoBeforeTheBatchEnds) {
  Fixture fixture;
  {
    Flow flow(fixture);
    flow.bytes(kClient, 0, "x");
    flow.consumer().on_half_end(kClient, HalfEnd::fin);
  }
  fixture.flows.on_batch_taken();
  EXPECT_TRUE(fixture.sink.moments.empty());
}

TEST(EntryNames, KeepsThoseOfSideFilesApartFromOthers) {
  EntryNames names(Fixture::names("%A%c"), {true, true}, 1000);
  HalfInfo half = test::client_half();
  std::string name;
  names.claim(half, 0, name);
  EXPECT_EQ(name, "010.001.002.003");
  // As if a template had given the name of the second one's index to a stream.
  EntryNames mixed(Fixture::names("x%c"), {true, false}, 1000);
  EntryNames plain(Fixture::names("x.findx"), {}, 1000);
  mixed.claim(half, 0, name);
  EXPECT_EQ(name, "x");
  mixed.claim(half, 0, name);
  EXPECT_EQ(name, "x1");
  plain.claim(half, 0, name);
  EXPECT_EQ(name, "x.findx");
}

TEST(ArchiveWriter, TellsOnceThatNoMoreFits) {
  Fixture fixture;
  std::deque<Flow> flows;
  for (uint64_t i = 0; i < 5; ++i) {
    flows.emplace_back(fixture, i);
    flows[i].bytes(kClient, 0, std::string(2000, 'x'));
  }
  std::vector<std::string> errors;
  {
    const test::FileSizeLimit limit(8000);
    for (Flow& flow : flows) {
      flow.end();
      const std::optional<EntryFailure> failure = flow.client_failure();
      errors.push_back(failure ? failure->error : "");
      if (failure) {
        EXPECT_FALSE(failure->is_stored);
      }
      EXPECT_FALSE(flow.client_failure());
    }
    fixture.finish();
  }
  EXPECT_EQ(errors[0], "");
  EXPECT_EQ(errors[4], std::string(kC) + "c4 in " + fixture.path + ": File too large");
  const auto refused = std::count_if(errors.begin(), errors.end(),
                                     [](const std::string& error) { return !error.empty(); });
  const std::vector<std::string> told = {
      fixture.path + ": File too large",
      fixture.path + ": " + std::to_string(refused) + " files are missing or damaged in it"};
  EXPECT_EQ(fixture.errors.messages, told);
  EXPECT_EQ(fixture.writer.streams_left_out(), static_cast<uint64_t>(refused));
  EXPECT_EQ(fixture.writer.bytes_left_out(), 2000 * static_cast<uint64_t>(refused));
  EXPECT_EQ(test::unpack(fixture.path).size(), 5U - static_cast<size_t>(refused));
}

TEST(ArchiveWriter, SaysThatItForgotNames) {
  FlowArchiveOptions options;
  options.limits.archive_names = 2;
  Fixture fixture(options);
  for (uint64_t i = 0; i < 2; ++i) {
    Flow flow(fixture, i);
    flow.bytes(kClient, 0, "x").bytes(kServer, 0, "y").end();
  }
  fixture.finish();
  ASSERT_EQ(fixture.errors.messages.size(), 1U);
  EXPECT_EQ(fixture.errors.messages[0],
            fixture.path + ": so many names that some may be in it twice");
}

TEST(TakenNames, KnowsEveryNameUpToItsLimit) {
  TakenNames names(10'000);
  for (int i = 0; i < 10'000; ++i) {
    EXPECT_TRUE(names.take(std::to_string(i)));
    if (i > 0) {
      EXPECT_FALSE(names.take(std::to_string(i / 2)));
    }
  }
  EXPECT_EQ(names.times_forgotten(), 0U);
  EXPECT_TRUE(names.take("one more"));
  EXPECT_EQ(names.times_forgotten(), 1U);
  EXPECT_FALSE(names.take("one more"));
  EXPECT_TRUE(names.take("5"));
}

}  // namespace
}  // namespace tcpflow
