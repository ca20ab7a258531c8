#include "app/record_outputs.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <chrono>

#include "report/json_form.h"
#include "report/json_run.h"

namespace tcpflow {
namespace {

HttpLogLayout layout_of_screen(const Options& options) {
  HttpLogLayout layout;
  layout.is_aligned = ::isatty(STDOUT_FILENO) == 1;
  layout.has_colour = options.console.colour;
  winsize size{};
  if (layout.is_aligned && ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0) {
    layout.columns = size.ws_col;
  }
  return layout;
}

}  // namespace

void RecordPlan::add_forms(FactTexts& texts) const {
  if (json) texts.add(std::make_unique<JsonForm>());
  if (http_log) texts.add(std::make_unique<HttpLogForm>(*http_log));
}

Result<std::unique_ptr<RecordOutputs>> RecordOutputs::open(const Options& options,
                                                           Messages& messages, Waiter& waiter) {
  const RecordSettings& asked = options.record;
  RecordPlan plan;
  plan.json = !asked.json.empty();
  plan.json_payload = asked.json_payload;
  if (asked.http_log) plan.http_log = layout_of_screen(options);
  auto records = std::make_unique<RecordOutputs>(plan);
  if (asked.uses_stdout()) records->screen_.emplace(STDOUT_FILENO, messages, waiter, nullptr);
  if (!plan.json || asked.json == "-") return records;
  Result<ReportFile> file = ReportFile::open(seen_from_outside(options, asked.json), waiter);
  if (!file) return file.error();
  records->json_file_.emplace(std::move(*file));
  return records;
}

// At once: a full disk ends the run here, not after hours of capture.
Status RecordOutputs::begin(const StartFacts& facts) {
  if (plan_.http_log && plan_.http_log->is_aligned)
    screen_->on_text(http_log_heading(*plan_.http_log));
  if (plan_.json) add_json(json_run_line(facts));
  if (screen_) screen_->flush();
  if (json_file_ && !json_file_->flush()) return *json_file_->error();
  return Ok{};
}

void RecordOutputs::add_json(std::string_view line) {
  json_file_ ? json_file_->add(line) : screen_->on_text(line);
}

void RecordOutputs::on_fact(FactChannel channel, std::string_view line) {
  switch (channel) {
    case FactChannel::json:
      return add_json(line);
    case FactChannel::http_log:
      return screen_->on_text(line);
  }
}

void RecordOutputs::on_batch_end(bool idle) {
  if (screen_) screen_->on_batch_end(idle);
  if (json_file_ && idle) json_file_->flush();
}

Status RecordOutputs::give_to(const Owner& owner) {
  return json_file_ ? json_file_->give_to(owner) : Status(Ok{});
}

Status RecordOutputs::finish(const RunFacts& facts) {
  if (json_file_) json_file_->flush();
  if (plan_.json) add_json(json_summary_line(facts, std::chrono::system_clock::now()));
  if (screen_) screen_->flush();
  if (!json_file_) return Ok{};
  json_file_->flush();
  if (json_file_->error()) return *json_file_->error();
  return Ok{};
}

}  // namespace tcpflow
