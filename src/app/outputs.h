// Everything that a run writes besides the report.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/console_lock.h"
#include "app/messages.h"
#include "app/options.h"
#include "output/alert_lines.h"
#include "output/archive_writer.h"
#include "output/command_hook.h"
#include "output/console.h"
#include "output/flow_archive.h"
#include "output/flow_files.h"
#include "output/flow_pcap.h"
#include "output/unprocessed_writer.h"
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

// Made from the options, owns the outputs; main thread. Borrows its arguments for its life.
class Outputs {
 public:
  static Result<std::unique_ptr<Outputs>> open(const Options& options, Messages& messages,
                                               Waiter& waiter);
  Outputs(const Options& options, Messages& messages);

  std::vector<ConsumerFactory*> consumers();
  std::vector<BatchListener*> listeners();
  SegmentSink* segments() { return flow_pcap_ ? &*flow_pcap_ : nullptr; }  // -K
  DatagramSink* datagrams() { return flow_pcap_ ? &*flow_pcap_ : nullptr; }
  UnprocessedWriter* unprocessed() { return unprocessed_ ? &*unprocessed_ : nullptr; }
  const ConsoleWriter* console() const { return console_writer_ ? &*console_writer_ : nullptr; }
  ArchiveWriter* archive() { return archive_ ? &*archive_ : nullptr; }
  const FlowArchive* archived() const { return flow_archive_ ? &*flow_archive_ : nullptr; }
  bool writes_files() const { return files_.has_value(); }
  size_t open_files() const { return budget_.open_count(); }
  // Writes the rest and waits for hooks.
  void finish();

 private:
  Status make(Waiter& waiter);
  Status make_console(NameTemplate names, Waiter& waiter);
  Status make_archive(NameTemplate names, Waiter& waiter);
  Status make_scanners();
  void make_hooks(Waiter& waiter);

  const Options& options_;
  Messages& messages_;
  FileBudget budget_;
  std::optional<AlertLines> alerts_;
  std::optional<CommandHook> command_;
  HookEvents hooks_;
  std::unique_ptr<SharedConsoleLock> lock_;
  std::optional<ConsoleWriter> console_writer_;
  std::optional<Console> console_;
  std::optional<FlowFiles> files_;
  std::optional<ArchiveWriter> archive_;
  std::optional<FlowArchive> flow_archive_;
  std::optional<FlowPcap> flow_pcap_;
  std::optional<UnprocessedWriter> unprocessed_;
  std::unique_ptr<Md5Scanner> md5_;
};

// Makes the output folder if it is missing. True: it was.
Result<bool> make_output_folder(const std::string& folder);
// Fails where flow files are to be written into the output folder and cannot be.
Status check_output_folder(const Options& options);

}  // namespace tcpflow
