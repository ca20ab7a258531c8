// report.xml: DFXML as 1.6.1 wrote it, with new elements for new facts only.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "base/lane.h"
#include "flow/consumer.h"
#include "flow/flow_record.h"
#include "report/record_text.h"
#include "report/report_file.h"
#include "report/run_facts.h"

namespace tcpflow {

// Makes the elements of flows that have ended. One per shard, used on its thread.
class DfxmlRecords : public RecordSink {
 public:
  // Borrows both for its life.
  DfxmlRecords(RecordTexts& records, const Moment& now) : records_(records), now_(now) {}
  void on_record(const FlowRecord& record) override;

 private:
  RecordTexts& records_;
  const Moment& now_;
};

// Owned by app/, used on the thread that hands out records. The file is opened before the first
// packet; a record is on disk at latest when the input is idle; finish() makes the file well-formed
// and must be called however the run ended.
class DfxmlReport : public TextSink, public BatchListener {
 public:
  static Result<std::unique_ptr<DfxmlReport>> open(const std::string& path, const StartFacts& facts,
                                                   Waiter& waiter);
  // For open(), which has written the head.
  explicit DfxmlReport(ReportFile file) : file_(std::move(file)) {}

  // -U: makes the report the property of the user that the program becomes.
  Status give_to(const Owner& owner) { return file_.give_to(owner); }

  // The elements of one flow, as DfxmlRecords makes them.
  void on_text(std::string_view text) override { file_.add(text); }
  void on_batch_end(bool idle) override;
  // Writes the tail. Fails with the first write error of the run, if there was one. Once only.
  Status finish(const RunFacts& facts);

 private:
  ReportFile file_;
  // How long the run takes, whatever happens to the clock on the wall.
  std::chrono::steady_clock::time_point opened_ = std::chrono::steady_clock::now();
};

}  // namespace tcpflow
