// Everything that a run writes besides the report.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/console_lock.h"
#include "app/messages.h"
#include "app/options.h"
#include "app/shard_outputs.h"
#include "output/alert_lines.h"
#include "output/archive_writer.h"
#include "output/command_hook.h"
#include "output/console.h"
#include "output/console_writer.h"
#include "output/entry_names.h"
#include "output/flow_files.h"
#include "output/flow_pcap.h"
#include "output/output_lanes.h"
#include "output/unprocessed_writer.h"
#include "output/unused_frames.h"
#include "scan/hash/md5_scanner.h"

namespace tcpflow {

// Hands file events on to the hooks that are on.
class HookEvents : public FileEvents {
 public:
  void add(FileEvents& hook) { hooks_.push_back(&hook); }
  bool empty() const { return hooks_.empty(); }
  void on_file_opened(const std::string& name) override {
    for (FileEvents* hook : hooks_) hook->on_file_opened(name);
  }
  void on_file_closed(const std::string& name) override {
    for (FileEvents* hook : hooks_) hook->on_file_closed(name);
  }

 private:
  std::vector<FileEvents*> hooks_;
};

// Hands on what shards tell of their flows: entries to the archive, records to the report, lines to
// the other records. Of what could not be stored the report says so. All may be null.
class FlowTeller : public FlowLaneSink {
 public:
  void lead_to(TextSink* report, ArchiveWriter* archive, RecordOutputs* records) {
    report_ = report;
    archive_ = archive;
    records_ = records;
  }
  void on_entry(const ArchiveEntry& entry) override;
  void on_record(std::string_view text, const RecordSpans& spans) override;
  void on_fact(FactChannel channel, std::string_view line) override;

 private:
  TextSink* report_ = nullptr;
  RecordOutputs* records_ = nullptr;
  ArchiveWriter* archive_ = nullptr;
};

// What nobody wants.
class NoConsole : public ConsoleSink {
 public:
  void on_record(std::string_view, const Joint*) override {}
};
class NoFrames : public EntrySink<UnusedFrame> {
 public:
  void on_entry(UnusedFrame&) override {}
};

// Made from the options, owns the outputs that all shards share; main thread. Borrows its arguments
// for its life.
class Outputs {
 public:
  static Result<std::unique_ptr<Outputs>> open(const Options& options, Messages& messages,
                                               Waiter& waiter);
  Outputs(const Options& options, Messages& messages);

  // Told on the main thread when a batch has come to its end.
  std::vector<BatchListener*> listeners();
  // How shards are to write; `threads` of them. The flow options are the caller's to add, further
  // scanners, and the spool of each.
  ShardPlan plan(size_t threads);
  // Makes a spool for each of so many shards, if there is an archive.
  Status make_spools(size_t threads);
  Spool* spool(size_t shard) { return shard < spools_.size() ? &*spools_[shard] : nullptr; }
  // Where their lanes lead; both may be null.
  LaneSinks sinks(TextSink* report, RecordOutputs* records);
  // True if names depend on the order of flows in all shards.
  bool names_need_order() const;
  SegmentSink* segments() { return flow_pcap_ ? &*flow_pcap_ : nullptr; }  // -K
  DatagramSink* datagrams() { return flow_pcap_ ? &*flow_pcap_ : nullptr; }
  UnprocessedWriter* unprocessed() { return unprocessed_ ? &*unprocessed_ : nullptr; }
  const ConsoleWriter* console() const { return console_writer_ ? &*console_writer_ : nullptr; }
  bool writes_files() const { return plan_.files.has_value(); }
  ArchiveWriter* archive() { return archive_ ? &*archive_ : nullptr; }
  // Of -K.
  size_t open_files() const { return budget_.open_count(); }
  // Sees every frame for the sake of -w; null: nobody does.
  UndecodedFrames* undecoded() { return undecoded_ ? &*undecoded_ : nullptr; }
  Lane* undecoded_lane() { return undecoded_lane_ ? &*undecoded_lane_ : nullptr; }
  // Writes the rest and waits for hooks.
  void finish();

 private:
  Status make(Waiter& waiter);
  Status make_console(Waiter& waiter);
  Status make_archive(Waiter& waiter);
  Status make_scanners();
  void make_hooks(Waiter& waiter);
  void plan_http();

  const Options& options_;
  Messages& messages_;
  FileBudget budget_;
  std::optional<AlertLines> alerts_;
  std::optional<CommandHook> command_;
  HookEvents hooks_;
  std::optional<AlertLines> object_alerts_;
  std::optional<CommandHook> object_command_;
  HookEvents object_hooks_;
  std::unique_ptr<SharedConsoleLock> lock_;
  std::optional<ConsoleWriter> console_writer_;
  ShardPlan plan_;
  std::optional<FileMaker> shared_maker_;
  NoConsole no_console_;
  NoFrames no_frames_;
  std::optional<EntryLane<UnusedFrame>> undecoded_lane_;
  std::optional<UndecodedFrames> undecoded_;
  FileEventReplay event_replay_{hooks_};
  FileEventReplay object_event_replay_{object_hooks_};
  ErrorReplay error_replay_;
  std::optional<ArchiveWriter> archive_;
  std::optional<EntryNames> entry_names_;
  std::vector<std::unique_ptr<Spool>> spools_;
  FlowTeller flow_teller_;
  std::optional<FlowPcap> flow_pcap_;
  std::optional<UnprocessedWriter> unprocessed_;
  std::unique_ptr<Md5Scanner> md5_;
};

// Makes the output folder if it is missing. True: it was.
Result<bool> make_output_folder(const std::string& folder);
// Fails where flow files are to be written into the output folder and cannot be.
Status check_output_folder(const Options& options);

}  // namespace tcpflow
