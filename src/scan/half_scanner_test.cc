#include "scan/half_scanner.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace tcpflow {
namespace {

constexpr Direction kThere = Direction::originator;
constexpr Direction kBack = Direction::responder;

// Notes what it is told, in the order of its making: "1:a@0" for bytes, "1:gap 2@3", "1:end".
class NotingScanner : public HalfScanner {
 public:
  std::unique_ptr<HalfReader> make_reader() override {
    return std::make_unique<Reader>(*this, std::to_string(++made));
  }

  int made = 0;
  int alive = 0;
  std::vector<std::string> notes;

 private:
  class Reader : public HalfReader {
   public:
    Reader(NotingScanner& scanner, std::string name) : scanner_(scanner), name_(std::move(name)) {
      ++scanner_.alive;
    }
    ~Reader() override { --scanner_.alive; }
    void on_bytes(uint64_t offset, Bytes bytes) override {
      note(std::string(as_text(bytes)) + "@" + std::to_string(offset));
    }
    void on_gap(uint64_t offset, uint64_t length) override {
      note("gap " + std::to_string(length) + "@" + std::to_string(offset));
    }
    void on_end(Direction from, FlowRecord& record) override {
      note("end");
      ScanResult result;
      result.scanner = "noting";
      result.text = name_;
      record.half(from).output.results.push_back(std::move(result));
    }

   private:
    void note(const std::string& what) { scanner_.notes.push_back(name_ + ":" + what); }

    NotingScanner& scanner_;
    std::string name_;
  };
};

void say(StreamConsumer& consumer, Direction from, uint64_t offset, std::string_view text) {
  consumer.on_bytes(from, offset, as_bytes(text), PacketRef{});
}

// What a half's reader is called; empty: it has none.
std::string reader_of(const FlowRecord& record, Direction from) {
  const std::vector<ScanResult>& results = record.halves[index_of(from)].output.results;
  return results.empty() ? "" : results.at(0).text;
}

TEST(HalfScanner, ReadsEachHalfByItselfHoweverTheyTakeTurns) {
  NotingScanner scanner;
  const std::unique_ptr<StreamConsumer> flow = scanner.create();
  say(*flow, kThere, 0, "a");
  say(*flow, kBack, 0, "A");
  say(*flow, kThere, 1, "b");
  say(*flow, kBack, 1, "B");
  const std::vector<std::string> expected = {"1:a@0", "2:A@0", "1:b@1", "2:B@1"};
  EXPECT_EQ(scanner.notes, expected);
}

TEST(HalfScanner, TellsOfGapsInTheirPlaceAlsoWhereTheyComeFirst) {
  NotingScanner scanner;
  const std::unique_ptr<StreamConsumer> flow = scanner.create();
  flow->on_gap(kBack, 0, 5, GapReason::not_captured);
  say(*flow, kBack, 5, "b");
  flow->on_gap(kBack, 6, uint64_t{1} << 40, GapReason::not_captured);
  const std::vector<std::string> expected = {"1:gap 5@0", "1:b@5", "1:gap 1099511627776@6"};
  EXPECT_EQ(scanner.notes, expected);
}

TEST(HalfScanner, MakesNoReaderForAHalfThatSaysNothing) {
  NotingScanner scanner;
  const std::unique_ptr<StreamConsumer> flow = scanner.create();
  EXPECT_EQ(scanner.made, 0);
  say(*flow, kBack, 0, "b");
  flow->on_half_complete(kThere);
  flow->on_half_end(kThere, HalfEnd::fin);
  FlowRecord record;
  flow->on_end(FlowEnd::closed, record);
  EXPECT_EQ(scanner.made, 1);
  EXPECT_EQ(reader_of(record, kThere), "");
  EXPECT_EQ(reader_of(record, kBack), "1");
}

TEST(HalfScanner, EndsBothHalvesOnceInTheOrderOfTheFlowAndNotOfTheirFirstBytes) {
  NotingScanner scanner;
  const std::unique_ptr<StreamConsumer> flow = scanner.create();
  say(*flow, kBack, 0, "B");
  say(*flow, kThere, 0, "a");
  flow->on_half_end(kThere, HalfEnd::fin);
  flow->on_half_end(kBack, HalfEnd::fin);
  scanner.notes.clear();
  FlowRecord record;
  flow->on_end(FlowEnd::closed, record);
  const std::vector<std::string> expected = {"2:end", "1:end"};
  EXPECT_EQ(scanner.notes, expected);
  EXPECT_EQ(reader_of(record, kThere), "2");
  EXPECT_EQ(reader_of(record, kBack), "1");
}

TEST(HalfScanner, KeepsFlowsApartAndTheirReadersAsLongAsThem) {
  NotingScanner scanner;
  std::unique_ptr<StreamConsumer> one = scanner.create();
  const std::unique_ptr<StreamConsumer> other = scanner.create();
  say(*one, kThere, 0, "a");
  say(*one, kBack, 0, "b");
  say(*other, kThere, 0, "c");
  EXPECT_EQ(scanner.notes.back(), "3:c@0");
  EXPECT_EQ(scanner.alive, 3);
  one.reset();
  EXPECT_EQ(scanner.alive, 1);
}

}  // namespace
}  // namespace tcpflow
