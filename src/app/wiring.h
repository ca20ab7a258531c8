// Puts a run together: the only place that names the concrete classes of all layers.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/inputs.h"
#include "app/messages.h"
#include "app/options.h"
#include "app/outputs.h"
#include "app/privileges.h"
#include "app/progress.h"
#include "app/record_outputs.h"
#include "app/scanners.h"
#include "app/signals.h"
#include "engine/engine.h"
#include "report/dfxml.h"

namespace tcpflow {

// Asks the run to stop on a signal, and when nobody reads the console or the archive any more.
class RunWaiter : public Waiter {
 public:
  explicit RunWaiter(SignalWaiter& signals) : signals_(signals) {}
  // All may be null.
  void watch(const ConsoleWriter* console, const ArchiveWriter* archive,
             const ConsoleWriter* records) {
    console_ = console != nullptr ? console : records;  // one of the two prints
    archive_ = archive;
  }
  Ready wait_readable(int fd, Duration at_most) override {
    return reader_gone() ? Ready::stopped : signals_.wait_readable(fd, at_most);
  }
  bool stop_requested() override { return reader_gone() || signals_.stop_requested(); }

 private:
  bool reader_gone() const {
    return (console_ != nullptr && console_->reader_gone()) ||
           (archive_ != nullptr && archive_->reader_gone());
  }

  SignalWaiter& signals_;
  const ConsoleWriter* console_ = nullptr;
  const ArchiveWriter* archive_ = nullptr;
};

// A run from its opened first input to its report. Main thread.
class Job {
 public:
  // Opens the first input or device, the scanners, the outputs and the report, in this order, so
  // that a wrong name leaves nothing behind. Borrows its arguments.
  static Result<std::unique_ptr<Job>> open(const Options& options, Messages& messages,
                                           SignalWaiter& signals);
  Job(const Options& options, Messages& messages, SignalWaiter& signals);

  // -U and -z: gives up all rights; no device can be opened any more.
  Status drop_privileges();
  // Reads all inputs, ends all flows, writes all that is left, also after a signal.
  void run();
  // Ends the flows and completes the report; part of run(), and all that is left to do where a run
  // cannot begin.
  void finish();

 private:
  Status open_all();
  Status make_scanners();
  Status make_folder();
  Status open_report();
  Status open_records();
  StartFacts start_facts() const;
  void make_engine();
  size_t threads() const;
  void make_shards(size_t threads);
  SegmentSink& segments();
  DatagramSink* datagrams();
  void note_many_files() const;
  RunFacts facts() const;  // this one and the next are in job_facts.cc
  std::string summary() const;

  const Options& options_;
  Messages& messages_;
  SignalWaiter& signals_;
  RunWaiter waiter_;
  Inputs inputs_;
  Scanners scanners_;  // outlives the shards, whose scanners borrow from it
  std::unique_ptr<Outputs> outputs_;
  std::unique_ptr<DfxmlReport> report_;
  std::unique_ptr<RecordOutputs> records_;  // null: there are none
  std::vector<std::unique_ptr<ShardOutputs>> shard_outputs_;
  std::unique_ptr<LaneMaker> lane_maker_;
  std::optional<FlowShards> shards_;
  std::unique_ptr<SegmentSink> no_flows_;  // -x tcpdemux
  std::optional<Decoder> decoder_;
  std::optional<Progress> progress_;
  std::optional<Engine> engine_;
  std::optional<Account> account_;  // of -U
  RunFacts end_facts_;              // what is only known before the flows end
  std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
};

}  // namespace tcpflow
