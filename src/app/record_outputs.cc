#include "app/record_outputs.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <chrono>

#include "report/json_form.h"
#include "report/json_run.h"
#include "report/sqlite_form.h"

namespace tcpflow {
namespace {

HttpLogLayout layout_of_screen(const Options& options) {
  HttpLogLayout layout;
  layout.is_aligned = ::isatty(STDOUT_FILENO) == 1;
  layout.has_colour = layout.is_aligned && options.console.colour;
  winsize size{};
  if (layout.is_aligned && ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0) {
    layout.columns = size.ws_col;
  }
  return layout;
}

}  // namespace

void RecordPlan::add_forms(FactTexts& texts) const {
  if (json) texts.add(std::make_unique<JsonForm>(json_payload));
  if (sqlite) texts.add(std::make_unique<SqliteForm>());
  if (http_log) texts.add(std::make_unique<HttpLogForm>(http_log->is_aligned));
  if (transcript) texts.add(std::make_unique<TranscriptForm>(byte_limit));
}

Result<std::unique_ptr<RecordOutputs>> RecordOutputs::open(const Options& options,
                                                           const Borrowed& borrowed,
                                                           const StartFacts& facts) {
  const RecordSettings& asked = options.record;
  RecordPlan plan;
  plan.json = !asked.json.empty();
  plan.json_payload = asked.json_payload;
  plan.sqlite = !asked.sqlite.empty();
  if (asked.http_log) plan.http_log = layout_of_screen(options);
  plan.transcript = !asked.transcript.empty();
  plan.byte_limit = options.file.byte_limit.value_or(plan.byte_limit);
  auto records = std::make_unique<RecordOutputs>(plan);
  if (asked.uses_stdout()) {
    records->screen_.emplace(STDOUT_FILENO, borrowed.messages, borrowed.waiter, nullptr);
  }
  if (const Status made = records->make_texts(options, borrowed.waiter); !made) return made.error();
  if (const Status made = records->make_sqlite(options, facts); !made) return made.error();
  if (const Status begun = records->begin(facts); !begun) return begun.error();
  return records;
}

Status RecordOutputs::make_texts(const Options& options, Waiter& waiter) {
  ConsoleWriter* const screen = screen_ ? &*screen_ : nullptr;
  const auto make = [&](const std::string& name, std::optional<TextRecord>& text) -> Status {
    if (name.empty()) return Ok{};
    Result<TextRecord> made = TextRecord::open(options, name, waiter, screen);
    if (!made) return made.error();
    text.emplace(std::move(*made));
    return Ok{};
  };
  if (const Status made = make(options.record.json, json_); !made) return made;
  if (const Status made = make(options.record.transcript, talks_); !made) return made;
  if (!talks_) return Ok{};
  const Transcript::Layout layout{options.console.colour, options.limits.transcript};
  transcript_.emplace(layout, *talks_);
  return Ok{};
}

Status RecordOutputs::make_sqlite(const Options& options, const StartFacts& facts) {
  if (!plan_.sqlite) return Ok{};
  SqliteFile::Place place;
  place.path = seen_from_outside(options, options.record.sqlite);
  place.has_no_folder = !options.user.empty();
  Result<std::unique_ptr<SqliteFile>> made = SqliteFile::open(place, facts);
  if (!made) return made.error();
  sqlite_ = std::move(*made);
  return Ok{};
}

// At once: a full disk ends the run here, not after hours of capture.
Status RecordOutputs::begin(const StartFacts& facts) {
  if (plan_.http_log && plan_.http_log->is_aligned) {
    log_.emplace(*plan_.http_log);
    screen_->on_text(log_->heading());
  }
  if (json_) json_->add(json_run_line(facts));
  if (screen_) screen_->flush();
  return json_ ? json_->flush() : Status(Ok{});
}

void RecordOutputs::on_fact(FactChannel channel, std::string_view line) {
  switch (channel) {
    case FactChannel::json:
      return json_->add(line);
    case FactChannel::http_log:
      return screen_->on_text(log_ ? log_->aligned(line) : line);
    case FactChannel::sqlite:
      return sqlite_->add(line);
    case FactChannel::transcript:
      return transcript_->add(line);
  }
}

void RecordOutputs::on_batch_end(bool idle) {
  if (screen_) screen_->on_batch_end(idle);
  if (!idle) return;
  // What cannot be written is told at the end.
  for (auto* text : {&json_, &talks_}) {
    if (*text) static_cast<void>((*text)->flush());
  }
  if (sqlite_) sqlite_->rest();
}

Status RecordOutputs::give_to(const Owner& owner) {
  for (auto* text : {&json_, &talks_}) {
    if (!*text) continue;
    if (const Status given = (*text)->give_to(owner); !given) return given;
  }
  return sqlite_ ? sqlite_->give_to(owner) : Status(Ok{});
}

// The summary stands last, for it tells what the others could not write, and what it lacks itself.
void RecordOutputs::finish(const RunFacts& facts, Messages& messages) {
  RunFacts all = facts;
  const auto tell = [&](const std::string& problem) {
    messages.error(problem);
    all.errors.push_back(problem);
  };
  if (sqlite_) {
    if (const Status done = sqlite_->finish(facts); !done) tell(done.error().message);
  }
  if (talks_) {
    talks_->finish();
    if (const auto loss = talks_->loss()) tell(*loss);
  }
  if (json_) finish_json(all, messages);
  if (screen_) screen_->flush();
}

void RecordOutputs::finish_json(RunFacts& facts, Messages& messages) {
  json_->finish();
  std::optional<std::string> loss = json_->loss();
  if (loss) facts.errors.push_back(*loss);
  json_->add(json_summary_line(facts, std::chrono::system_clock::now()));
  json_->finish();
  loss = json_->loss();
  if (loss) messages.error(*loss);
}

}  // namespace tcpflow
