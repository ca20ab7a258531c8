// --json, --sqlite, --http-log and --transcript: where their lines go.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/messages.h"
#include "app/options.h"
#include "app/text_record.h"
#include "base/owner.h"
#include "flow/consumer.h"
#include "output/console_writer.h"
#include "report/fact_texts.h"
#include "report/http_log_table.h"
#include "report/run_facts.h"
#include "report/sqlite_file.h"
#include "report/transcript.h"

namespace tcpflow {

// Which records a shard is to make. Plain values.
struct RecordPlan {
  bool json = false;
  bool json_payload = false;
  bool sqlite = false;
  std::optional<HttpLogLayout> http_log;
  bool transcript = false;
  uint64_t byte_limit = UINT64_MAX;  // -b, of what a transcript shows

  bool any() const { return json || sqlite || http_log || transcript; }
  // All bytes of all flows are to be told.
  bool has_payload() const { return json_payload || transcript; }
  void add_forms(FactTexts& texts) const;
};

// Takes the lines of all shards in order. Owned by the job, on the main thread. What it writes is
// made of whole lines however the run ends; what could not be written is told.
class RecordOutputs : public BatchListener {
 public:
  // Opens the files and writes what stands first in them.
  struct Borrowed {
    Messages& messages;
    Waiter& waiter;
  };
  static Result<std::unique_ptr<RecordOutputs>> open(const Options& options,
                                                     const Borrowed& borrowed,
                                                     const StartFacts& facts);
  explicit RecordOutputs(const RecordPlan& plan) : plan_(plan) {}
  const RecordPlan& plan() const { return plan_; }
  void on_fact(FactChannel channel, std::string_view line);
  void on_batch_end(bool idle) override;
  // Null: nothing of them goes to standard output.
  const ConsoleWriter* screen() const { return screen_ ? &*screen_ : nullptr; }
  // -U
  Status give_to(const Owner& owner);
  uint64_t transcript_parts() const { return transcript_ ? transcript_->parts() : 0; }
  // The last lines. Tells the first write error of each, if there was one.
  void finish(const RunFacts& facts, Messages& messages);

 private:
  Status make_texts(const Options& options, Waiter& waiter);
  Status make_sqlite(const Options& options, const StartFacts& facts);
  Status begin(const StartFacts& facts);
  void finish_json(RunFacts& facts, Messages& messages);

  RecordPlan plan_;
  std::optional<ConsoleWriter> screen_;
  std::optional<HttpLogTable> log_;  // to screen_, if that is a terminal
  std::optional<TextRecord> json_;
  std::optional<TextRecord> talks_;
  std::optional<Transcript> transcript_;  // to talks_
  std::unique_ptr<SqliteFile> sqlite_;    // null: there is none
};

}  // namespace tcpflow
