// --json and --http-log: where their lines go.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/messages.h"
#include "app/options.h"
#include "base/owner.h"
#include "flow/consumer.h"
#include "output/console_writer.h"
#include "report/fact_texts.h"
#include "report/http_log.h"
#include "report/report_file.h"
#include "report/run_facts.h"

namespace tcpflow {

// Which records a shard is to make. Plain values.
struct RecordPlan {
  bool json = false;
  bool json_payload = false;
  std::optional<HttpLogLayout> http_log;

  bool any() const { return json || http_log; }
  void add_forms(FactTexts& texts) const;
};

// Takes the lines of all shards in order. Owned by the job, on the main thread. What it writes is
// made of whole lines however the run ends; what could not be written is told.
class RecordOutputs : public BatchListener {
 public:
  // Opens the files and writes what stands first in them. Borrows `messages` and `waiter`.
  static Result<std::unique_ptr<RecordOutputs>> open(const Options& options, Messages& messages,
                                                     Waiter& waiter);
  explicit RecordOutputs(const RecordPlan& plan) : plan_(plan) {}

  // The first line of the records.
  Status begin(const StartFacts& facts);
  const RecordPlan& plan() const { return plan_; }
  void on_fact(FactChannel channel, std::string_view line);
  void on_batch_end(bool idle) override;
  // Null: nothing of them goes to standard output.
  const ConsoleWriter* screen() const { return screen_ ? &*screen_ : nullptr; }
  // -U
  Status give_to(const Owner& owner);
  // The last line. Fails with the first write error of the run, if there was one.
  Status finish(const RunFacts& facts);

 private:
  void add_json(std::string_view line);

  RecordPlan plan_;
  std::optional<ReportFile> json_file_;  // else it goes to the screen
  std::optional<ConsoleWriter> screen_;
};

}  // namespace tcpflow
