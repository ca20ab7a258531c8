#include "scan/python/python_scanner.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/fake_flow.h"

namespace tcpflow {
namespace {

// A module without Python: its function says how much it was given and returns that, but throws at
// bytes that begin with "!". "no" cannot be opened.
int opened = 0;  // allow(global): the C functions of the fake have nothing else to count in

void put(const PythonText& to, const std::string& text) {
  to.put(to.owner, text.data(), text.size());
}
void* fake_open(const PythonSetup* setup, const PythonText* fault) {
  if (std::string(setup->module) == "no") {
    put(*fault, "ModuleNotFoundError: no");
    return nullptr;
  }
  ++opened;
  return &opened;
}
int fake_wants_facts(void*) { return 1; }
void fake_call(void*, const PythonQuestion* question, const PythonAnswer* answer) {
  const std::string text(as_text(Bytes(question->bytes, question->size)));
  if (text.rfind('!', 0) == 0) return put(answer->fault, "ValueError: " + text);
  std::string truncated;
  for (size_t i = 0; i < question->fact_count; ++i) {
    const PythonFact& fact = question->facts[i];
    if (std::string(fact.name) == "truncated" && fact.whole != 0) truncated = "+";
  }
  put(answer->text, text + truncated);
}
void fake_close(void*) { --opened; }

constexpr PythonApi kFake = {kPythonAbi, fake_open, fake_wants_facts, fake_call, fake_close};

class Noted : public ScanErrors {
 public:
  void on_scan_error(const Error& error) override { lines.push_back(error.message); }
  std::vector<std::string> lines;
};

struct Piece {
  uint64_t offset = 0;
  std::string text;
};

// Scanners of one shard with what they say.
class PythonScannerTest : public ::testing::Test {
 protected:
  PythonScannerTest() { EXPECT_TRUE(host.open({".", "m", "f"})); }

  // What is in the record of a flow whose originator said this; other halves say nothing.
  HalfOutput scan(const std::vector<Piece>& pieces) {
    PythonScanner scanner(options, host, errors);
    return end(*start(scanner, pieces));
  }
  static std::unique_ptr<StreamConsumer> start(PythonScanner& scanner,
                                               const std::vector<Piece>& pieces) {
    std::unique_ptr<StreamConsumer> consumer = scanner.create();
    uint64_t next = 0;
    for (const Piece& piece : pieces) {
      if (piece.offset > next) {
        consumer->on_gap(Direction::originator, next, piece.offset - next, GapReason::not_captured);
      }
      consumer->on_bytes(Direction::originator, piece.offset, as_bytes(piece.text), PacketRef{});
      next = piece.offset + piece.text.size();
    }
    return consumer;
  }
  static HalfOutput end(StreamConsumer& consumer) {
    FlowRecord record;
    record.halves[0].output.file_name = "file";
    consumer.on_end(FlowEnd::closed, record);
    EXPECT_TRUE(record.halves[1].output.results.empty());
    return record.halves[0].output;
  }

  PythonOptions options;
  PythonHost host{kFake};
  Noted errors;
};

TEST_F(PythonScannerTest, GivesTheWholeHalfToTheFunctionAndKeepsWhatItReturns) {
  const HalfOutput output = scan({{0, "hello, "}, {7, "world"}});
  ASSERT_EQ(output.results.size(), 1u);
  EXPECT_EQ(output.results[0].scanner, "python");
  EXPECT_EQ(output.results[0].text, "hello, world");
  EXPECT_EQ(output.results[0].input_cut, GatherCut::none);
}

TEST_F(PythonScannerTest, HasGapsInTheFormOfFiles) {
  EXPECT_EQ(scan({{0, "a"}, {3, "b"}}).results.at(0).text, std::string("a\0\0b", 4));
  options.gap = GapForm::skip;
  EXPECT_EQ(scan({{0, "a"}, {3, "b"}}).results.at(0).text, "ab");
  options.gap = GapForm::mark;
  EXPECT_EQ(scan({{0, "a"}, {3, "b"}}).results.at(0).text, "a\n[tcpflow: 2 bytes missing]\nb");
}

TEST_F(PythonScannerTest, StopsAtTheByteLimitOfFilesWithoutAMark) {
  options.byte_limit = 3;
  EXPECT_EQ(scan({{0, "ab"}, {2, "cd"}}).results.at(0).text, "abc+");
  EXPECT_EQ(scan({{0, "abc"}}).results.at(0).text, "abc");
  EXPECT_EQ(scan({{0, "ab"}, {2, "cd"}}).results.at(0).input_cut, GatherCut::none);
  options.byte_limit = 0;
  EXPECT_TRUE(scan({{0, "ab"}}).results.empty());
}

TEST_F(PythonScannerTest, CutsAndMarksAHalfThatIsTooLong) {
  options.limits.per_half = 4;
  const HalfOutput output = scan({{0, "abc"}, {3, "def"}, {6, "ghi"}});
  EXPECT_EQ(output.results.at(0).text, "abcd+");
  EXPECT_EQ(output.results.at(0).input_cut, GatherCut::per_half);
  EXPECT_EQ(scan({{0, "abcd"}}).results.at(0).input_cut, GatherCut::none);
  EXPECT_EQ(scan({{0, "a"}, {uint64_t{1} << 20, "b"}}).results.at(0).text.size(), 5u);
}

TEST_F(PythonScannerTest, ObeysTheLimitsOfAllScannersToo) {
  options.scan.per_half = 2;
  EXPECT_EQ(scan({{0, "abc"}}).scan_cut, ScanCut::per_half);
  options.scan = {};
  options.scan.missing_per_half = 8;
  const HalfOutput output = scan({{0, "a"}, {10, "b"}});
  EXPECT_EQ(output.scan_cut, ScanCut::missing);
  EXPECT_EQ(output.results.at(0).text, "a+");
}

TEST_F(PythonScannerTest, KeepsNoMoreThanTheLimitOfAllHalvesAndGivesItBack) {
  options.limits.held = 1000;
  PythonScanner scanner(options, host, errors);
  const std::string text(900, 'x');
  {
    const auto first = start(scanner, {{0, text}});
    const auto second = start(scanner, {{0, text}});
    EXPECT_EQ(end(*first).results.at(0).input_cut, GatherCut::none);
    const ScanResult cut = end(*second).results.at(0);
    EXPECT_EQ(cut.input_cut, GatherCut::total);
    EXPECT_EQ(cut.text, std::string(100, 'x') + "+");
  }
  const auto third = start(scanner, {{0, text}});
  EXPECT_EQ(end(*third).results.at(0).input_cut, GatherCut::none);
}

TEST_F(PythonScannerTest, GathersBothHalvesByThemselves) {
  options.limits.per_half = 4;
  PythonScanner scanner(options, host, errors);
  const auto consumer = start(scanner, {{0, "ab"}});
  const auto say = [&](Direction from, uint64_t offset, std::string_view text) {
    consumer->on_bytes(from, offset, as_bytes(text), PacketRef{});
  };
  say(Direction::responder, 0, "ABC");
  say(Direction::originator, 2, "cd");
  say(Direction::responder, 3, "DE");
  FlowRecord record;
  consumer->on_end(FlowEnd::closed, record);
  const ScanResult& whole = record.halves[0].output.results.at(0);
  EXPECT_EQ(whole.text, "abcd");
  EXPECT_EQ(whole.input_cut, GatherCut::none);
  const ScanResult& cut = record.halves[1].output.results.at(0);
  EXPECT_EQ(cut.text, "ABCD+");
  EXPECT_EQ(cut.input_cut, GatherCut::per_half);
}

TEST_F(PythonScannerTest, AsksNothingOfAHalfThatIsAllGap) {
  for (const GapForm form : {GapForm::zero, GapForm::skip, GapForm::mark}) {
    options.gap = form;
    PythonScanner scanner(options, host, errors);
    const auto consumer = scanner.create();
    consumer->on_gap(Direction::originator, 0, 5, GapReason::not_captured);
    EXPECT_TRUE(end(*consumer).results.empty());
  }
}

TEST_F(PythonScannerTest, CutsAMarkerOfAGapAsItCutsBytes) {
  options.gap = GapForm::mark;
  options.limits.per_half = 5;
  const ScanResult cut = scan({{0, "a"}, {3, "b"}}).results.at(0);
  EXPECT_EQ(cut.text, "a\n[tc+");
  EXPECT_EQ(cut.input_cut, GatherCut::per_half);
}

TEST_F(PythonScannerTest, MarksAHalfThatFoundNoRoomAndAsksNothingOfIt) {
  options.limits.held = 0;
  const ScanResult cut = scan({{0, "!a"}}).results.at(0);
  EXPECT_EQ(cut.input_cut, GatherCut::total);
  EXPECT_EQ(cut.text, "");
  EXPECT_EQ(cut.error, "");
  EXPECT_TRUE(errors.lines.empty());
}

TEST_F(PythonScannerTest, GathersTheSameHoweverBytesAreCut) {
  const std::string text = "0123456789";
  for (const size_t most : {size_t{3}, size_t{10}, size_t{11}}) {
    options.limits.per_half = most;
    std::vector<Piece> pieces;
    for (size_t i = 0; i < text.size(); ++i) pieces.push_back({i, text.substr(i, 1)});
    const ScanResult whole = scan({{0, text}}).results.at(0);
    const ScanResult apart = scan(pieces).results.at(0);
    EXPECT_EQ(apart.text, whole.text);
    EXPECT_EQ(apart.input_cut, whole.input_cut);
  }
}

TEST_F(PythonScannerTest, TellsOfAnExceptionInOneLineAndInTheRecord) {
  const HalfOutput output = scan({{0, "!one\ntwo"}});
  EXPECT_EQ(output.results.at(0).error, "ValueError: !one two");
  EXPECT_EQ(errors.lines, std::vector<std::string>{"python: file: ValueError: !one two"});
}

TEST_F(PythonScannerTest, CutsALongAnswerBetweenCharacters) {
  options.limits.result = 4;
  const ScanResult result = scan({{0, "abc\xC3\xA4"}}).results.at(0);
  EXPECT_EQ(result.text, "abc");
  EXPECT_TRUE(result.text_is_cut);
}

TEST(PythonHost, SaysWhatPythonSaysWhereItCannotOpen) {
  PythonHost host(kFake);
  const Status opened_no = host.open({".", "no", "f"});
  ASSERT_FALSE(opened_no);
  EXPECT_EQ(opened_no.error().message, "scanner 'python': ModuleNotFoundError: no");
}

TEST(PythonHost, ClosesWhatItOpenedOnce) {
  const int before = opened;
  {
    PythonHost host(kFake);
    ASSERT_TRUE(host.open({".", "m", "f"}));
    EXPECT_EQ(opened, before + 1);
    host.close();
    EXPECT_EQ(opened, before);
  }
  EXPECT_EQ(opened, before);
}

TEST(PythonHost, SaysWhatIsMissingWhereThereIsNoModule) {
  const Result<std::unique_ptr<PythonHost>> host = PythonHost::load({"/nonexistent/python.so"});
  ASSERT_FALSE(host);
  EXPECT_NE(host.error().message.find("pybind11-dev"), std::string::npos);
}

}  // namespace
}  // namespace tcpflow
