#include "app/flow_lane.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/bytes.h"

namespace tcpflow {
namespace {

// Notes what comes, in order.
class Book : public FlowLaneSink {
 public:
  void on_entry(const ArchiveEntry& entry) override {
    lines.push_back("entry " + entry.name);
    sizes.push_back(entry.bytes.size());
  }
  std::vector<uint64_t> sizes;
  void on_record(std::string_view text, const RecordSpans& spans) override {
    lines.push_back(std::string(text) + " " + std::to_string(spans.halves[0].flow_number));
  }
  void on_fact(FactChannel channel, std::string_view line) override {
    lines.push_back((channel == FactChannel::json ? "json " : "log ") + std::string(line));
  }
  std::vector<std::string> lines;
};

void add_entry(FlowLane& lane, uint64_t packet) {
  ArchiveEntry entry;
  entry.name = std::to_string(packet);
  lane.on_entry({packet, 0, 0}, entry);
}

void add_record(FlowLane& lane, uint64_t packet) {
  lane.text() += "record " + std::to_string(packet);
  RecordSpans spans;
  spans.halves[0].flow_number = packet;
  spans.count = 1;
  lane.end_record({packet, 0, 0}, spans);
}

void replay_all(FlowLane& lane) { lane.replay(0, lane.moments().size()); }

TEST(FlowLane, PutsEntriesBetweenRecordsAndBeforeThoseOfTheSameMoment) {
  Book book;
  FlowLane lane(book);
  for (const uint64_t packet : {1U, 2U, 2U, 5U, 9U}) add_entry(lane, packet);
  for (const uint64_t packet : {2U, 4U, 5U}) add_record(lane, packet);
  lane.sort();
  replay_all(lane);
  const std::vector<std::string> wanted = {"entry 1",    "entry 2", "entry 2",    "record 2 2",
                                           "record 4 4", "entry 5", "record 5 5", "entry 9"};
  EXPECT_EQ(book.lines, wanted);
  EXPECT_TRUE(std::is_sorted(lane.moments().begin(), lane.moments().end()));
}

TEST(FlowLane, PutsFactsBehindEntriesAndBeforeRecordsOfTheSameMoment) {
  Book book;
  FlowLane lane(book);
  lane.note_fact({1, 0, 0}, FactChannel::json, "start");
  lane.note_fact({5, 0, 0}, FactChannel::http_log, "get");
  lane.note_fact({9, 0, 0}, FactChannel::json, "start");
  for (const uint64_t packet : {5U, 8U}) add_entry(lane, packet);
  add_record(lane, 5);
  lane.tell_fact({5, 0, 0}, FactChannel::json, "end");
  lane.tell_fact({7, 0, 0}, FactChannel::json, "end");
  lane.sort();
  replay_all(lane);
  const std::vector<std::string> wanted = {"json start", "entry 5",  "log get", "record 5 5",
                                           "json end",   "json end", "entry 8", "json start"};
  EXPECT_EQ(book.lines, wanted);
  EXPECT_TRUE(std::is_sorted(lane.moments().begin(), lane.moments().end()));
}

TEST(FlowLane, KeepsFactsThatComeLaterWhenAFullOneIsHandedOver) {
  Book book;
  FlowLane lane(book);
  FlowLane other(book);
  lane.note_fact({2, 0, 0}, FactChannel::json, "two");
  lane.note_fact({4, 0, 0}, FactChannel::json, "four");
  lane.tell_fact({3, 0, 0}, FactChannel::json, "three");
  EXPECT_GT(lane.cost(), 0U);
  lane.exchange(other);
  replay_all(other);
  lane.sort();
  replay_all(lane);
  const std::vector<std::string> wanted = {"json two", "json three", "json four"};
  EXPECT_EQ(book.lines, wanted);
}

TEST(FlowLane, KeepsWhatComesLaterWhenAFullOneIsHandedOver) {
  Book book;
  FlowLane lane(book);
  FlowLane other(book);
  for (const uint64_t packet : {1U, 3U, 5U}) add_entry(lane, packet);
  add_record(lane, 2);
  lane.exchange(other);
  replay_all(other);
  other.clear();
  EXPECT_EQ(other.cost(), 0U);
  EXPECT_EQ(book.lines, (std::vector<std::string>{"entry 1", "record 2 2"}));
  add_record(lane, 4);
  add_entry(lane, 4);  // of a half that ended with its flow
  lane.sort();
  replay_all(lane);
  const std::vector<std::string> wanted = {"entry 1",    "record 2 2", "entry 3",
                                           "record 4 4", "entry 4",    "entry 5"};
  EXPECT_EQ(book.lines, wanted);
}

TEST(FlowLane, CarriesEntriesOfEverySize) {
  Book book;
  FlowLane lane(book);
  const std::vector<uint64_t> sizes = {0, 1, 4096, 5, 4097, 3, 100'000};
  uint64_t packet = 0;
  for (const uint64_t size : sizes) {
    ArchiveEntry entry;
    const std::string text(size, 'x');
    entry.bytes.append(0, as_bytes(text));
    lane.on_entry({++packet, 0, 0}, entry);
  }
  ArchiveEntry holed;
  holed.bytes.append(10, as_bytes(std::string_view("x")));
  lane.on_entry({++packet, 0, 0}, holed);
  lane.sort();
  FlowLane other(book);
  lane.exchange(other);
  replay_all(other);
  std::vector<uint64_t> wanted = sizes;
  wanted.push_back(11);
  EXPECT_EQ(book.sizes, wanted);
}

TEST(FlowLane, CountsWhatItsEntriesHold) {
  Book book;
  FlowLane lane(book);
  ArchiveEntry entry;
  const std::string text(100'000, 'x');
  entry.bytes.append(0, as_bytes(text));
  lane.on_entry({1, 0, 0}, entry);
  lane.sort();
  EXPECT_GE(lane.cost(), 100'000U);
  lane.clear();
  EXPECT_EQ(lane.cost(), 0U);
}

}  // namespace
}  // namespace tcpflow
