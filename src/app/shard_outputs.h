// What one shard writes, and what it makes for the main thread to write.
#pragma once

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "app/flow_lane.h"
#include "app/record_outputs.h"
#include "base/lane.h"
#include "engine/flow_shards.h"
#include "flow/flow_table.h"
#include "flow/udp_table.h"
#include "output/archive_objects.h"
#include "output/console.h"
#include "output/entry_names.h"
#include "output/flow_archive.h"
#include "output/flow_files.h"
#include "output/object_files.h"
#include "output/output_lanes.h"
#include "output/unused_frames.h"
#include "report/dfxml.h"
#include "scan/hash/md5_scanner.h"
#include "scan/http/http_scanner.h"
#include "scan/scanner_maker.h"

namespace tcpflow {

// Where the lanes of all shards lead to, on the main thread.
struct LaneSinks {
  FlowLaneSink& flows;
  TextSink& console;
  EntrySink<FileEvent>& events;
  EntrySink<FileEvent>& object_events;
  EntrySink<Error>& errors;
  EntrySink<UnusedFrame>& unused;
};

// One lane of each kind.
struct Lanes {
  explicit Lanes(const LaneSinks& sinks)
      : flows(std::make_unique<FlowLane>(sinks.flows)),
        console(std::make_unique<TextLane>(sinks.console)),
        events(std::make_unique<EntryLane<FileEvent>>(sinks.events)),
        object_events(std::make_unique<EntryLane<FileEvent>>(sinks.object_events)),
        errors(std::make_unique<EntryLane<Error>>(sinks.errors)),
        unused(std::make_unique<EntryLane<UnusedFrame>>(sinks.unused)) {}

  // In the order in which the engine replays kinds: those of flows first, which may be many.
  std::vector<Lane*> all() {
    return {flows.get(),         console.get(), events.get(),
            object_events.get(), errors.get(),  unused.get()};
  }

  // The same, given away.
  std::vector<std::unique_ptr<Lane>> take() {
    std::vector<std::unique_ptr<Lane>> lanes;
    lanes.push_back(std::move(flows));
    lanes.push_back(std::move(console));
    lanes.push_back(std::move(events));
    lanes.push_back(std::move(object_events));
    lanes.push_back(std::move(errors));
    lanes.push_back(std::move(unused));
    return lanes;
  }
  // The reader has only this one; see FlowShardsParts::readers_lanes.
  static std::vector<Lane*> only_unused(Lane* unused) {
    return {nullptr, nullptr, nullptr, nullptr, nullptr, unused};
  }

  std::unique_ptr<FlowLane> flows;
  std::unique_ptr<TextLane> console;
  std::unique_ptr<EntryLane<FileEvent>> events;
  std::unique_ptr<EntryLane<FileEvent>> object_events;
  std::unique_ptr<EntryLane<Error>> errors;
  std::unique_ptr<EntryLane<UnusedFrame>> unused;
};

// What scanners could not do, among what else failed.
class ScanErrorLane : public ScanErrors {
 public:
  explicit ScanErrorLane(OutputErrors& errors) : errors_(errors) {}
  void on_scan_error(const Error& error) override { errors_.on_output_error(error); }

 private:
  OutputErrors& errors_;
};

// How the flows of every shard are written; plain values and what all shards share.
struct ShardPlan {
  FlowOptions flow;
  bool has_udp = false;
  bool has_report = false;
  RecordPlan records;
  bool tells_unused = false;  // -w
  bool has_hooks = false;
  bool has_object_hooks = false;
  bool stores_objects = true;
  std::optional<NameTemplate> names;
  std::optional<FlowFilesOptions> files;  // null: none are written
  std::optional<ConsoleOptions> console;  // null: nothing is printed
  ConsumerFactory* md5 = nullptr;         // null: not wanted
  std::optional<HttpOptions> http;        // null: not wanted
  std::vector<ScannerMaker> scanners;     // the others
  size_t shards = 1;
  size_t objects_held = 0;                    // octets of objects, before they are written
  FileMaker* shared_maker = nullptr;          // null: each shard has names of its own
  std::optional<FlowArchiveOptions> archive;  // null: none is written
  EntryNames* entry_names = nullptr;          // with an archive
  Spool* spool = nullptr;                     // of this shard, with an archive
  size_t max_open = 1;                        // files of one shard
};

// Hands records on to those who want them.
class RecordFork : public RecordSink {
 public:
  void add(RecordSink& sink) { sinks_.push_back(&sink); }
  bool empty() const { return sinks_.empty(); }
  void on_record(const FlowRecord& record) override {
    for (RecordSink* sink : sinks_) sink->on_record(record);
  }

 private:
  std::vector<RecordSink*> sinks_;
};

// The flows of one shard with their consumers. Made on the main thread, then used on the shard's.
class ShardOutputs {
 public:
  // Borrows what the plan and the sinks point to.
  ShardOutputs(const ShardPlan& plan, const LaneSinks& sinks);

  ShardParts parts();
  size_t incomplete_files() const { return files_ ? files_->incomplete() : 0; }
  HttpCounters http_counters() const { return http_ ? http_->counters() : HttpCounters{}; }
  uint64_t zeros_hits() const { return archive_ ? archive_->zeros_hits() : 0; }
  uint64_t early_writes() const { return files_ ? files_->early_writes() : 0; }

 private:
  void make_consumers(const ShardPlan& plan);
  void make_scanners(const ShardPlan& plan);
  void make_objects(const ShardPlan& plan);

  Moment now_;
  Lanes lanes_;
  FileEventLane events_{*lanes_.events, now_};
  FileEventLane object_events_{*lanes_.object_events, now_};
  ErrorLane errors_{*lanes_.errors, now_};
  ScanErrorLane scan_errors_{errors_};
  UnusedSegments unused_{*lanes_.unused, now_};
  DfxmlRecords records_{*lanes_.flows, now_};
  FactTexts facts_{*lanes_.flows, now_};
  PayloadFacts payload_{facts_};
  RecordFork all_records_;
  FileBudget budget_;
  std::optional<FileMaker> own_maker_;
  std::optional<FlowFiles> files_;
  std::optional<FlowArchive> archive_;
  std::optional<Console> console_;
  std::optional<ObjectFiles> objects_;
  std::optional<ArchiveObjects> archive_objects_;
  std::optional<HttpScanner> http_;
  std::vector<std::unique_ptr<ConsumerFactory>> scanners_;
  bool shares_names_ = false;
  bool has_facts_ = false;
  std::optional<FlowTable> flows_;
  std::optional<UdpTable> conversations_;
};

}  // namespace tcpflow
