#include "report/dfxml.h"

#include "report/dfxml_parts.h"

namespace tcpflow {

Result<std::unique_ptr<DfxmlReport>> DfxmlReport::open(const std::string& path,
                                                       const StartFacts& facts, Waiter& waiter) {
  Result<ReportFile> file = ReportFile::open(path, waiter);
  if (!file) return file.error();
  file->add(dfxml_head(facts));
  // At once: a full disk ends the run here, not after hours of capture.
  if (!file->flush()) return *file->error();
  return std::make_unique<DfxmlReport>(std::move(*file));
}

void DfxmlRecords::on_record(const FlowRecord& record) {
  const RecordSpans spans = append_dfxml_flow(records_.text(), record);
  if (spans.count != 0) records_.end_record(now_, spans);
}

void DfxmlReport::on_batch_end(bool idle) {
  if (idle) file_.flush();
}

Status DfxmlReport::finish(const RunFacts& facts) {
  file_.flush();  // first, so that records which do not fit are counted in the tail
  const auto clock = std::chrono::steady_clock::now() - opened_;
  file_.add(dfxml_tail({facts, file_.pieces_lost(), clock}));
  if (!file_.flush()) {
    file_.add(dfxml_shortest_tail());
    file_.flush();
  }
  if (file_.error()) return *file_.error();
  return Ok{};
}

}  // namespace tcpflow
