#include "app/progress.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>

#include "app/messages.h"
#include "app/progress_form.h"
#include "base/fd.h"
#include "tests/support/fake_source.h"

namespace tcpflow {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

ProgressFacts in_the_middle() {
  ProgressFacts facts;
  facts.position = {4'200'000'000, 10'000'000'000};
  facts.rate = 312e6;
  facts.packets = 41'234'567;
  facts.flows = 1'203'456;
  facts.took = seconds(53);
  return facts;
}

TEST(ProgressText, TellsShareTimeLeftRatePacketsAndFlows) {
  EXPECT_EQ(progress_text(in_the_middle()),
            " 42 %, 1 min 14 s left, 312.0 MB/s, 41,234,567 packets, 1,203,456 flows");
}

TEST(ProgressText, TellsTheTimeSoFarWhereNoSizeIsKnown) {
  ProgressFacts facts = in_the_middle();
  facts.position.size = 0;
  facts.took = hours(3) + minutes(20) + milliseconds(999);
  facts.packets = facts.flows = 1;
  facts.rate = 1500;
  EXPECT_EQ(progress_text(facts), "3 h 20 min, 1.5 kB/s, 1 packet, 1 flow");
}

TEST(ProgressText, SaysNothingOfFlowsWhereThereAreNone) {
  ProgressFacts facts = in_the_middle();
  facts.flows = 0;
  EXPECT_TRUE(progress_text(facts).ends_with("packets"));
}

TEST(ProgressText, GuessesNoTimeLeftBeforeTheFirstAndAfterTheLastOctet) {
  ProgressFacts facts = in_the_middle();
  facts.position.read = 0;
  EXPECT_TRUE(progress_text(facts).starts_with("  0 %, 312.0 MB/s"));
  facts.position.read = facts.position.size;
  EXPECT_TRUE(progress_text(facts).starts_with("100 %, 312.0 MB/s"));
  facts.position.read *= 2;  // the file has grown
  EXPECT_TRUE(progress_text(facts).starts_with("100 %, 312.0 MB/s"));
}

TEST(ProgressText, FitsATerminalOf80ColumnsAlsoWithLargeNumbers) {
  ProgressFacts facts = in_the_middle();
  facts.took = hours(2);
  facts.rate = 2345.6e6;
  facts.packets = 999'999'999;
  facts.flows = 99'999'999;
  EXPECT_LT(progress_text(facts).size(), 80u);
}

// A run that is told of by lines into a pipe, with a clock of its own.
class TimedRun {
 public:
  explicit TimedRun(ProgressForm form = ProgressForm::lines) {
    std::array<int, 2> ends{};
    EXPECT_EQ(::pipe2(ends.data(), O_NONBLOCK), 0);
    reader_.reset(ends[0]);
    writer_.reset(ends[1]);
    line_.emplace(writer_.get());
    progress_.emplace(*line_, form, [this] { return now_; });
  }
  Progress& progress() { return *progress_; }

  // Some time later a batch was read. Returns what was told then.
  std::string batch_after(Duration pause, uint64_t read) {
    now_ += std::chrono::duration_cast<Progress::Instant::duration>(pause);
    source_.read = read;
    progress_->on_progress(totals_, source_);
    return told();
  }
  std::string end() {
    progress_->end(totals_);
    return told();
  }
  void begin_input(size_t index) { progress_->begin_input(index, source_); }
  EngineTotals& totals() { return totals_; }

 private:
  class Source : public test::FakeSource {
   public:
    Source() : FakeSource({}, params()) {}
    ReadPosition position() const override { return {read, 1'000'000}; }
    uint64_t read = 0;

   private:
    static test::FakeSourceParams params() {
      test::FakeSourceParams params;
      params.interfaces.resize(2);
      params.interfaces[0].frames = 1200;
      params.interfaces[1].frames = 34;
      return params;
    }
  };
  std::string told() {
    std::array<char, 4096> text{};
    const ssize_t count = ::read(reader_.get(), text.data(), text.size());
    return {text.data(), static_cast<size_t>(std::max<ssize_t>(count, 0))};
  }

  Progress::Instant now_{hours(1000)};
  Fd reader_;
  Fd writer_;
  std::optional<StatusLine> line_;
  std::optional<Progress> progress_;
  EngineTotals totals_;
  Source source_;
};

TEST(Progress, SaysNothingInTheFirstSecond) {
  TimedRun run;
  EXPECT_EQ(run.batch_after(milliseconds(0), 10), "");
  EXPECT_EQ(run.batch_after(milliseconds(999), 20), "");
  EXPECT_NE(run.batch_after(milliseconds(1), 30), "");
}

TEST(Progress, WritesALineASecond) {
  TimedRun run;
  EXPECT_NE(run.batch_after(seconds(1), 10), "");
  EXPECT_EQ(run.batch_after(milliseconds(999), 10), "");
  EXPECT_NE(run.batch_after(milliseconds(1), 10), "");
}

TEST(Progress, RewritesFourTimesASecond) {
  TimedRun run(ProgressForm::in_place);
  EXPECT_TRUE(run.batch_after(seconds(1), 10).starts_with("\r"));
  EXPECT_EQ(run.batch_after(milliseconds(249), 10), "");
  EXPECT_TRUE(run.batch_after(milliseconds(1), 10).starts_with("\r"));
}

TEST(Progress, CountsPacketsOfAllInterfacesAndEarlierInputs) {
  TimedRun run;
  run.totals().frames = 1'000'000;
  run.totals().flows = 5;
  EXPECT_TRUE(run.batch_after(seconds(2), 0).ends_with(", 1,001,234 packets, 5 flows\n"));
}

TEST(Progress, TellsTheShareOfAllInputs) {
  TimedRun run;
  run.progress().set_sizes({1'000'000, 1'000'000});
  run.begin_input(0);
  EXPECT_TRUE(run.batch_after(seconds(10), 500'000).starts_with(" 25 %, 30 s left, "));
  run.begin_input(1);
  EXPECT_TRUE(run.batch_after(seconds(10), 500'000).starts_with(" 75 %, 7 s left, "));
}

TEST(Progress, TellsTheRateOfTheLastSecondsNotOfTheWholeRun) {
  TimedRun run;
  EXPECT_NE(run.batch_after(seconds(2), 4'000'000).find(", 2.0 MB/s"), std::string::npos);
  EXPECT_NE(run.batch_after(seconds(2), 4'000'000).find(", 1.0 MB/s"), std::string::npos);
  EXPECT_NE(run.batch_after(seconds(2), 4'000'000).find(", 0.0 kB/s"), std::string::npos);
}

TEST(Progress, EndsWithALineOfTotalsHoweverShortTheRun) {
  TimedRun run;
  run.progress().set_sizes({1'000'000});
  run.begin_input(0);
  EXPECT_EQ(run.batch_after(milliseconds(500), 1'000'000), "");
  run.totals().frames = 1234;
  run.totals().flows = 5;
  EXPECT_EQ(run.end(), "100 % in 0.500 s, 2.0 MB/s, 1,234 packets, 5 flows\n");
}

TEST(Progress, LeavesNothingOnATerminal) {
  TimedRun run(ProgressForm::in_place);
  EXPECT_EQ(run.end(), "");
  const size_t columns = run.batch_after(seconds(1), 10).size() - 1;
  EXPECT_EQ(run.end(), "\r" + std::string(columns + 2, ' ') + "\r");
}

TEST(Progress, GivesWayToMessages) {
  testing::internal::CaptureStderr();
  Messages messages("tcpflow", 1);
  Progress::Instant now{hours(1)};
  Progress progress(messages.status_line(), ProgressForm::in_place, [&now] { return now; });
  now += seconds(1);
  progress.on_progress({}, test::FakeSource({}));
  messages.note("listening");
  messages.show("Read  1\n");
  const std::string text = testing::internal::GetCapturedStderr();
  const std::string shown = "1 s, 0.0 kB/s, 0 packets";
  const std::string blank(shown.size() + 2, ' ');
  EXPECT_EQ(text, "\r" + shown + "\r" + blank + "\rtcpflow: listening\nRead  1\n");
}

struct Asked {
  ProgressWhen when = ProgressWhen::automatic;
  int debug = 1;
  bool quiet = false;
  bool console = false;
};

std::optional<ProgressForm> form_of(const Asked& asked, const Screens& screens) {
  Options options;
  options.progress = asked.when;
  options.debug = asked.debug;
  options.quiet = asked.quiet;
  options.console.is_on = asked.console;
  return progress_form(options, screens);
}

TEST(ProgressForm, IsForTerminalsOnlyUnlessAskedFor) {
  EXPECT_EQ(form_of({}, {true, true}), ProgressForm::in_place);
  EXPECT_EQ(form_of({}, {false, true}), std::nullopt);
  EXPECT_EQ(form_of({ProgressWhen::always}, {true, true}), ProgressForm::in_place);
  EXPECT_EQ(form_of({ProgressWhen::always}, {false, true}), ProgressForm::lines);
  EXPECT_EQ(form_of({ProgressWhen::never}, {true, true}), std::nullopt);
}

TEST(ProgressForm, IsNoneForThoseWhoWantQuiet) {
  EXPECT_EQ(form_of({ProgressWhen::automatic, 0}, {true, true}), std::nullopt);
  EXPECT_EQ(form_of({ProgressWhen::always, 0}, {true, true}), ProgressForm::in_place);
  EXPECT_EQ(form_of({ProgressWhen::automatic, 1, true}, {true, true}), std::nullopt);
  EXPECT_EQ(form_of({ProgressWhen::always, 1, true}, {true, true}), std::nullopt);
}

TEST(ProgressForm, DoesNotRewriteALineAmongThePiecesOfTheConsole) {
  EXPECT_EQ(form_of({ProgressWhen::automatic, 1, false, true}, {true, true}), std::nullopt);
  EXPECT_EQ(form_of({ProgressWhen::always, 1, false, true}, {true, true}), ProgressForm::lines);
  EXPECT_EQ(form_of({ProgressWhen::automatic, 1, false, true}, {true, false}),
            ProgressForm::in_place);
}

}  // namespace
}  // namespace tcpflow
