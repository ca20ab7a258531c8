#include "output/console.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <csignal>
#include <deque>

#include "base/fd.h"
#include "output/console_format.h"
#include "output/console_writer.h"
#include "output/test_flows.h"
#include "tests/support/fake_flow.h"

namespace tcpflow {
namespace {

using test::kC;
using test::kClient;
using test::kS;
using test::kServer;

const std::string kJsonHead =
    "{\"src_host\":\"10.1.2.3\",\"src_port\":40000,\"dst_host\":\"192.0.2.80\",\"dst_port\":80,"
    "\"payload\": ";

// A console that prints into a file.
class Printed {
 public:
  explicit Printed(const ConsoleOptions& options, const std::string& output_folder = "")
      : fd_(::open((folder_ / "out").c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600)),
        writer_(fd_.get(), errors, waiter_, nullptr),
        console_(*NameTemplateBuilder().build(output_folder), options, {records_, now_, &events}),
        consumer_(console_.create()) {
    start(test::client_half(), test::server_half());
  }
  void start(const HalfInfo& client, const HalfInfo& server) {
    flow_ = test::FakeFlow(client, server);
    consumer_->on_start(flow_);
    consumer_->on_half_start(kClient, client);
    consumer_->on_half_start(kServer, server);
  }
  Printed& bytes(Direction from, const std::string& text) {
    consumer_->on_bytes(from, 0, as_bytes(texts_.emplace_back(text)), {});
    return *this;
  }
  Printed& gap(Direction from, uint64_t length) {
    consumer_->on_gap(from, 0, length, GapReason::not_captured);
    return *this;
  }
  FlowRecord end() {
    consumer_->on_half_end(kClient, HalfEnd::fin);
    consumer_->on_half_end(kServer, HalfEnd::fin);
    console_.on_batch_taken();
    FlowRecord record;
    consumer_->on_end(FlowEnd::closed, record);
    return record;
  }
  std::string text() {
    console_.on_batch_end(false);
    records_.replay(0, records_.moments().size());
    records_.clear();
    writer_.on_batch_end(false);
    return test::content(folder_ / "out");
  }

  test::ErrorLog errors;
  test::EventLog events;

 private:
  test::TemporaryFolder folder_;
  Fd fd_;
  test::NeverStops waiter_;
  ConsoleWriter writer_;
  ConsoleLane records_{writer_};
  Moment now_;
  test::FakeFlow flow_;
  std::deque<std::string> texts_;
  Console console_;
  std::unique_ptr<StreamConsumer> consumer_;
};

std::string dump(const std::string& text) {
  std::string out;
  append_hex_dump(out, as_bytes(text));
  return out;
}

TEST(ConsoleFormat, StripsAllButPrintableBytesAndLineEnds) {
  std::string all;
  for (int i = 0; i < 256; ++i) all += static_cast<char>(i);
  std::string out;
  append_stripped(out, as_bytes(all));
  ASSERT_EQ(out.size(), 256U);
  for (size_t i = 0; i < 256; ++i) {
    const bool kept = (i >= 0x20 && i <= 0x7e) || i == '\n' || i == '\r';
    EXPECT_EQ(out[i], kept ? static_cast<char>(i) : '.') << i;
  }
}

TEST(ConsoleFormat, DumpsShortLinesWithoutPadding) {
  EXPECT_EQ(dump("A"), "0000: 41 A\n");
  EXPECT_EQ(dump("AB"), "0000: 4142  AB\n");
  EXPECT_EQ(dump("ABC"), "0000: 4142 43 ABC\n");
  EXPECT_EQ(dump("\n\t\x7f~"), "0000: 0a09 7f7e  ...~\n");
}

TEST(ConsoleFormat, PadsTheLastLineToTheOnesAbove) {
  EXPECT_EQ(dump("ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFG"),
            "0000: 4142 4344 4546 4748 494a 4b4c 4d4e 4f50 5152 5354 5556 5758 595a 4142 4344 "
            "4546  ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEF\n"
            "0020: 47" +
                std::string(79, ' ') + "G\n");
}

TEST(ConsoleFormat, WidensTheOffsetOfALongPacket) {
  const std::string text = dump(std::string(0x10001, 'x'));
  EXPECT_NE(text.find("\nffe0: "), std::string::npos);
  EXPECT_NE(text.find("\n10000: 78 "), std::string::npos);
}

TEST(ConsoleFormat, WritesEveryByteAsADecimalNumber) {
  std::string all;
  std::string expected = "[";
  for (int i = 0; i < 256; ++i) {
    all += static_cast<char>(i);
    expected += std::to_string(i) + (i < 255 ? "," : "]}");
  }
  std::string out;
  append_json_payload(out, as_bytes(all));
  EXPECT_EQ(out, expected);
  out.clear();
  append_json_payload(out, {});
  EXPECT_EQ(out, "[]}");
}

TEST(Console, LabelsEachSegmentAndEndsItWithANewline) {
  Printed console(console_options({}));
  console.bytes(kClient, "GET\r\n\t\x80").bytes(kServer, "OK").bytes(kServer, "body");
  EXPECT_EQ(console.text(), std::string(kC) + ": GET\r\n..\n" + kS + ": OK\n" + kS + ": body\n");
}

TEST(Console, PutsTheOutputFolderIntoTheLabel) {
  Printed console(console_options({}), "xx");
  EXPECT_EQ(console.bytes(kClient, "a").text(), std::string("xx/") + kC + ": a\n");
}

TEST(Console, LeavesOutLabelAndNewlineOnDemand) {
  ConsoleOptions options = console_options({.no_label = true});
  EXPECT_EQ(Printed(options).bytes(kClient, "ab").bytes(kServer, "cd").text(), "ab\ncd\n");
  options.newline = false;
  EXPECT_EQ(Printed(options).bytes(kClient, "ab").bytes(kServer, "cd").text(), "abcd");
}

TEST(Console, LeavesRawBytesAlone) {
  Printed console(console_options({.no_label = true, .raw = true}));
  EXPECT_EQ(console.bytes(kClient, std::string("\0\x80\t", 3)).text(),
            std::string("\0\x80\t\n", 4));
}

TEST(Console, StartsADumpOnALineOfItsOwn) {
  EXPECT_EQ(Printed(console_options({.hex_dump = true})).bytes(kClient, "ABC").text(),
            std::string(kC) + ": \n0000: 4142 43 ABC\n\n");
  const ConsoleOptions no_label = console_options({.no_label = true, .hex_dump = true});
  EXPECT_EQ(Printed(no_label).bytes(kClient, "ABC").text(), "0000: 4142 43 ABC\n\n");
  const ConsoleOptions json = console_options({.hex_dump = true, .json = true});
  EXPECT_EQ(Printed(json).bytes(kClient, "ABC").text(), "0000: 4142 43 ABC\n\n");
}

TEST(Console, ColoursTheClientBlueAndAllElseRed) {
  ConsoleOptions options = console_options({});
  options.colour = true;
  Printed console(options);
  console.bytes(kClient, "a").bytes(kServer, "b");
  EXPECT_EQ(console.text(),
            std::string("\033[0;34m") + kC + ": a\033[0m\n\033[0;31m" + kS + ": b\033[0m\n");
}

TEST(Console, PrintsJsonForBothFamiliesWhateverTheNames) {
  Printed console(console_options({.json = true}), "folder");
  EXPECT_EQ(console.bytes(kClient, "ABC").text(), kJsonHead + "[65,66,67]}\n");
  Printed six(console_options({.json = true}));
  six.start(test::ipv6_half(), test::server_half());
  EXPECT_EQ(six.bytes(kClient, "A").text(),
            "{\"src_host\":\"2001:db8::c\",\"src_port\":40000,\"dst_host\":\"2001:db8:0:1::80\","
            "\"dst_port\":80,\"payload\": [65]}\n");
}

TEST(Console, NamesUdpInLabelsAndInJson) {
  HalfInfo half = test::client_half();
  half.transport = Transport::udp;
  Printed labelled(console_options({}));
  labelled.start(half, test::server_half());
  EXPECT_EQ(labelled.bytes(kClient, "A").text(), std::string(kC) + ".udp: A\n");
  Printed json(console_options({.json = true}));
  json.start(half, test::server_half());
  EXPECT_EQ(json.bytes(kClient, "A").text(),
            "{\"src_host\":\"10.1.2.3\",\"src_port\":40000,\"dst_host\":\"192.0.2.80\","
            "\"dst_port\":80,\"protocol\":\"udp\",\"payload\": [65]}\n");
}

TEST(Console, CutsAtTheLimitAndThenIsSilent) {
  ConsoleOptions options = console_options({.no_label = true});
  options.limit = 12;
  Printed console(options);
  console.bytes(kClient, "ABCDEFGHIJ").bytes(kClient, "KLMNO").bytes(kClient, "PQ");
  console.bytes(kServer, "ABCDE");
  EXPECT_EQ(console.text(), "ABCDEFGHIJ\nKL\nABCDE\n");
  EXPECT_EQ(console.end().half(kClient).output.file_size, 12U);
}

TEST(Console, RecordsTheLabelAndTheBytesPrinted) {
  Printed console(console_options({.no_label = true}));
  const FlowRecord record = console.bytes(kClient, "abc").end();
  EXPECT_EQ(record.half(kClient).output.file_name, kC);
  EXPECT_EQ(record.half(kClient).output.file_size, 3U);
  EXPECT_EQ(record.half(kServer).output.file_name, "");
  EXPECT_EQ(console.events.lines, std::vector<std::string>{std::string("close ") + kC});
}

TEST(Console, HasNoLabelForAHalfThatTheLimitSilences) {
  ConsoleOptions options = console_options({});
  options.limit = 0;
  Printed console(options);
  const FlowRecord record = console.bytes(kClient, "abc").end();
  EXPECT_EQ(console.text(), "");
  EXPECT_EQ(record.half(kClient).output.file_name, "");
  EXPECT_TRUE(console.events.lines.empty());
}

// Keeps what was written inside each pair of lock and unlock.
class RecordingLock : public ConsoleLock {
 public:
  explicit RecordingLock(const std::string& file) : file_(file) {}
  void lock() override { before_ = test::content(file_).size(); }
  void unlock() override { written.push_back(test::content(file_).substr(before_)); }
  std::vector<std::string> written;

 private:
  std::string file_;
  size_t before_ = 0;
};

TEST(ConsoleWriter, WritesEachRecordInsideTheLock) {
  const test::TemporaryFolder folder;
  const Fd fd(::open((folder / "out").c_str(), O_WRONLY | O_CREAT, 0600));
  test::ErrorLog errors;
  RecordingLock lock(folder / "out");
  test::NeverStops waiter;
  ConsoleWriter writer(fd.get(), errors, waiter, &lock);
  writer.on_record("one", nullptr);
  writer.on_record("two", nullptr);
  EXPECT_EQ(lock.written, (std::vector<std::string>{"one", "two"}));
}

// Two records of one message, one of another between them or behind, and its end.
std::string write_joined(ConsoleLock* lock, bool is_broken) {
  const test::TemporaryFolder folder;
  const Fd fd(::open((folder / "out").c_str(), O_WRONLY | O_CREAT, 0600));
  test::ErrorLog errors;
  test::NeverStops waiter;
  ConsoleWriter writer(fd.get(), errors, waiter, lock);
  Joint joint;
  joint.console = &folder;
  joint.message = 1;
  joint.at = 1;
  joint.glue = 1;
  joint.lead = 3;
  joint.has_newline = true;
  writer.on_record("<+A: one>", &joint);
  if (is_broken) writer.on_record("other\n", nullptr);
  writer.on_record("<+A: two>", &joint);
  joint.is_last = true;
  writer.on_record("", &joint);
  writer.on_record("", &joint);
  if (!is_broken) writer.on_record("other\n", nullptr);
  writer.finish();
  return test::content(folder / "out");
}

TEST(ConsoleWriter, JoinsRecordsOfOneMessageThatComeTogether) {
  EXPECT_EQ(write_joined(nullptr, false), "<A: one><+two>\nother\n");
  EXPECT_EQ(write_joined(nullptr, true), "<A: one>\nother\n<A: two>\n");
}

TEST(ConsoleWriter, JoinsNothingWhereOtherProgramsPrint) {
  const test::TemporaryFolder folder;
  test::put_file(folder / "none");
  RecordingLock lock(folder / "none");
  EXPECT_EQ(write_joined(&lock, false), "<A: one>\n<A: two>\nother\n");
}

TEST(ConsoleWriter, WritesBeforeTheBatchEndsWhenMuchWaits) {
  const test::TemporaryFolder folder;
  const Fd fd(::open((folder / "out").c_str(), O_WRONLY | O_CREAT, 0600));
  test::ErrorLog errors;
  test::NeverStops waiter;
  ConsoleWriter writer(fd.get(), errors, waiter, nullptr);
  writer.on_record("little", nullptr);
  EXPECT_EQ(test::content(folder / "out"), "");
  writer.on_record(std::string(300'000, 'x'), nullptr);
  EXPECT_EQ(test::content(folder / "out").size(), 300'006U);
}

TEST(ConsoleWriter, KnowsQuietlyThatItsReaderHasGone) {
  std::signal(SIGPIPE, SIG_IGN);
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe(ends.data()), 0);
  Fd in(ends[0]);
  const Fd out(ends[1]);
  in.reset();
  test::ErrorLog errors;
  test::NeverStops waiter;
  ConsoleWriter writer(out.get(), errors, waiter, nullptr);
  writer.on_record("unread", nullptr);
  writer.flush();
  EXPECT_TRUE(writer.reader_gone());
  EXPECT_TRUE(errors.messages.empty());
}

TEST(ConsoleWriter, SaysOnceThatTheDiskIsFull) {
  const Fd full(::open("/dev/full", O_WRONLY));
  ASSERT_TRUE(full);
  test::ErrorLog errors;
  test::NeverStops waiter;
  ConsoleWriter writer(full.get(), errors, waiter, nullptr);
  for (int i = 0; i < 3; ++i) {
    writer.on_record("lost", nullptr);
    writer.flush();
  }
  EXPECT_FALSE(writer.reader_gone());
  EXPECT_EQ(errors.messages, std::vector<std::string>{"standard output: No space left on device"});
}

ConsoleOptions with_gaps(GapForm form, const ConsoleSwitches& switches) {
  ConsoleOptions options = console_options(switches);
  options.gap = form;
  return options;
}

// "ab", ten bytes missing, "cd", ten missing at the end.
std::string print_gaps(const ConsoleOptions& options) {
  Printed console(options);
  return console.bytes(kClient, "ab").gap(kClient, 10).bytes(kClient, "cd").gap(kClient, 10).text();
}

TEST(Console, SaysNothingOfGapsUnlessAsked) {
  EXPECT_EQ(print_gaps(console_options({.no_label = true})), "ab\ncd\n");
}

TEST(Console, PrintsZerosForAGapThatBytesFollow) {
  const auto zeros = [](ConsoleSwitches switches) {
    switches.no_label = true;
    return print_gaps(with_gaps(GapForm::zero, switches));
  };
  EXPECT_EQ(zeros({}), "ab\n..........\ncd\n");
  EXPECT_EQ(zeros({.raw = true}), "ab\n" + std::string(10, '\0') + "\ncd\n");
  EXPECT_EQ(zeros({.json = true}), kJsonHead + "[97,98]}\n" + kJsonHead +
                                       "[0,0,0,0,0,0,0,0,0,0]}\n" + kJsonHead + "[99,100]}\n");
}

TEST(Console, MarksAGapThatIsTooLongForZeros) {
  Printed console(with_gaps(GapForm::zero, {.no_label = true}));
  console.gap(kClient, Console::kMostZeros).bytes(kClient, "a");
  console.gap(kServer, Console::kMostZeros + 1).bytes(kServer, "b");
  EXPECT_EQ(console.text(),
            std::string(Console::kMostZeros, '.') + "\na\n[tcpflow: 1048577 bytes missing]\nb\n");
  Printed pieces(with_gaps(GapForm::zero, {.no_label = true}));
  pieces.gap(kClient, 10).gap(kClient, Console::kMostZeros).bytes(kClient, "a");
  EXPECT_EQ(pieces.text(), "[tcpflow: 1048586 bytes missing]\na\n");
}

TEST(Console, MarksGapsInRecordsOfTheirOwn) {
  const std::string marker = "[tcpflow: 10 bytes missing]";
  const std::string label = std::string(kC) + ": ";
  EXPECT_EQ(print_gaps(with_gaps(GapForm::mark, {})),
            label + "ab\n" + label + marker + "\n" + label + "cd\n" + label + marker + "\n");
  EXPECT_EQ(print_gaps(with_gaps(GapForm::mark, {.no_label = true, .hex_dump = true})),
            "0000: 6162  ab\n\n" + marker + "\n\n0000: 6364  cd\n\n" + marker + "\n\n");
  std::string gap = kJsonHead;
  gap.replace(gap.find("\"payload"), std::string::npos, "\"gap\": 10}\n");
  EXPECT_EQ(print_gaps(with_gaps(GapForm::mark, {.json = true})),
            kJsonHead + "[97,98]}\n" + gap + kJsonHead + "[99,100]}\n" + gap);
}

TEST(Console, MarksGapsAsInAFileWhereNoNewlinesAreBetweenRecords) {
  ConsoleOptions options = with_gaps(GapForm::mark, {.no_label = true, .raw = true});
  options.newline = false;
  EXPECT_EQ(print_gaps(options),
            "ab\n[tcpflow: 10 bytes missing]\ncd\n[tcpflow: 10 bytes missing]\n");
}

TEST(Console, ShowsNoGapsBehindTheByteLimit) {
  for (const GapForm form : {GapForm::zero, GapForm::mark}) {
    ConsoleOptions options = with_gaps(form, {.no_label = true});
    options.limit = 2;
    EXPECT_EQ(print_gaps(options), "ab\n");
  }
  ConsoleOptions options = with_gaps(GapForm::zero, {.no_label = true});
  options.limit = 5;
  EXPECT_EQ(print_gaps(options), "ab\n...\n");
}

TEST(Console, NamesAHalfOfWhichOnlyAGapIsKnown) {
  Printed console(with_gaps(GapForm::mark, {.no_label = true}));
  const FlowRecord record = console.gap(kClient, 3).end();
  EXPECT_EQ(record.half(kClient).output.file_name, kC);
  EXPECT_EQ(record.half(kClient).output.file_size, 0U);
  EXPECT_EQ(console.events.lines, std::vector<std::string>{std::string("close ") + kC});
}

class TextOfAll : public ConsoleSink {
 public:
  void on_record(std::string_view record, const Joint*) override { text.append(record); }
  std::string text;
};

// More halves than there are names in memory.
TEST(Console, NamesEachHalfRightHoweverManyTakeTurns) {
  constexpr uint16_t kFlows = 3000;
  TextOfAll out;
  ConsoleLane records(out);
  Moment now;
  Console console(*NameTemplateBuilder().build(""), {}, {records, now, nullptr});
  std::deque<test::FakeFlow> flows;
  std::vector<std::unique_ptr<StreamConsumer>> consumers;
  for (uint16_t i = 0; i < kFlows; ++i) {
    HalfInfo client = test::client_half();
    client.source_port = static_cast<uint16_t>(10000 + i);
    flows.emplace_back(client, test::server_half());
    consumers.push_back(console.create());
    consumers.back()->on_start(flows.back());
    consumers.back()->on_half_start(kClient, client);
  }
  std::string expected;
  for (int turn = 0; turn < 2; ++turn) {
    for (uint16_t i = 0; i < kFlows; ++i) {
      consumers[i]->on_bytes(kClient, 0, as_bytes(std::string_view("x")), {});
      expected += "010.001.002.003." + std::to_string(10000 + i) + "-192.000.002.080.00080: x\n";
    }
    console.on_batch_taken();
  }
  records.replay(0, records.moments().size());
  EXPECT_EQ(out.text, expected);
  FlowRecord record;
  consumers[7]->on_end(FlowEnd::closed, record);
  EXPECT_EQ(record.half(kClient).output.file_name, "010.001.002.003.10007-192.000.002.080.00080");
  // Those that come to lie where others were have names of their own.
  records.clear();
  out.text.clear();
  consumers.clear();
  for (int i = 0; i < 3; ++i) {
    flows.emplace_back(test::client_half(), test::server_half());
    consumers.push_back(console.create());
    consumers.back()->on_start(flows.back());
    consumers.back()->on_half_start(kClient, test::client_half());
    consumers.back()->on_bytes(kClient, 0, as_bytes(std::string_view("y")), {});
  }
  console.on_batch_taken();
  records.replay(0, records.moments().size());
  const std::string line = std::string(kC) + ": y\n";
  EXPECT_EQ(out.text, line + line + line);
}

}  // namespace
}  // namespace tcpflow
