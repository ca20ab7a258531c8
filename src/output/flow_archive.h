// --archive: an entry of an archive for each half, in place of a file.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

#include "base/lane.h"
#include "base/limits.h"
#include "flow/consumer.h"
#include "flow/gap_layout.h"
#include "output/alternatives.h"
#include "output/archive_entry.h"
#include "output/entry_names.h"
#include "output/file_events.h"
#include "output/flow_names.h"
#include "output/gathered_entries.h"
#include "output/packet_index.h"

namespace tcpflow {

class ArchivedHalf;

struct FlowArchiveOptions {
  uint64_t limit = UINT64_MAX;  // -b: bytes at this offset and behind are not stored
  bool index = false;           // -I
  GapForm gap = GapForm::zero;  // --gap
  MissingLimits missing;
  bool is_asked_for_names = false;  // FlowArchive::name_of()
  OutputLimits limits;
};

// Has halves take their names.
class DueNames : public EntrySink<ArchivedHalf*> {
 public:
  void on_entry(ArchivedHalf*& half) override;
};

// What a FlowArchive works with, for its life. `now`: what is being done, as the shard says.
struct FlowArchiveBorrowed {
  Spool& spool;
  EntryNames& names;
  ArchiveSink& sink;
  OutputErrors& errors;
  Moment& now;
};

// What the halves of one thread share. Outlives them.
struct FlowArchiveShared {
  FlowArchiveOptions options;
  FlowArchiveBorrowed use;
  GatheredEntries gathered{options.limits.archive_held_total};
  DueNames namer = {};
  // Halves that get their names when the batch ends, in the order of their first bytes. Null where
  // the half has gone.
  EntryLane<ArchivedHalf*> due{namer};
  std::unordered_map<const Flow*, NamedFiles*> by_flow = {};  // with is_asked_for_names
  uint64_t zeros_hits = 0;  // halves and objects that were cut at most_zeros
};

// Gathers what is to be stored of a half: bytes as they come, in memory while they are few. Lives
// in its flow's consumer and stays in place. One thread.
class ArchivedHalf : public GatheredEntry {
 public:
  // Borrows the flow, until hand_over() has returned.
  ArchivedHalf(FlowArchiveShared& shared, const Flow& flow, const HalfInfo& half, Direction from);
  ~ArchivedHalf() override;

  void add(uint64_t offset, Bytes bytes, Timestamp time);
  void add_gap(uint64_t offset, uint64_t length);
  void add_alternative(const StreamConflict& conflict);
  void move_out() override;
  // It is its turn to get a name.
  void take_turn();
  // No more bytes will come: hand_over() is due when the batch ends.
  void end();
  // No-op the second time.
  void hand_over() override;
  // As FlowNames has it.
  std::optional<std::string> name() const;
  // Fills what the reports want to know, once, after hand_over().
  void describe(HalfOutput& output);

 private:
  void begin();
  size_t put(uint64_t place, Bytes bytes);
  bool can_leave_out(uint64_t count);
  void weigh();
  size_t held() const;
  void drain();
  void move_out(EntryContent& content);
  void end_early(std::string why);

  FlowArchiveShared& shared_;
  const Flow& flow_;
  Direction from_;
  ArchiveEntry entry_;
  GapLayout layout_;
  std::unique_ptr<PacketIndex> index_;          // null without -I
  std::unique_ptr<Alternatives> alternatives_;  // null: none so far
  MissingCount missing_;
  uint64_t size_ = 0;  // of the entry that was handed over
  std::string error_;  // why nothing more is taken; empty: it is
  bool begun_ = false;
  bool waits_its_turn_ = false;  // in shared_.due
  bool has_ended_ = false;
  bool is_handed_over_ = false;
  bool alternatives_cut_ = false;
};

// Makes the consumers that fill an archive. What they gather is copied; names are given and entries
// handed over when a batch has been taken. One per thread that has flows, used on that thread;
// outlives its consumers, and its spool outlives the entries.
class FlowArchive : public ConsumerFactory, public BatchListener, public FlowNames {
 public:
  FlowArchive(const FlowArchiveOptions& options, const FlowArchiveBorrowed& borrowed)
      : shared_{options, borrowed} {}

  std::unique_ptr<StreamConsumer> create() override;
  // Other threads' halves may want the same names: whoever knows the order of all their moments
  // replays this lane before on_batch_taken().
  Lane& due() { return shared_.due; }
  void on_batch_taken() override;
  void on_batch_end(bool) override { on_batch_taken(); }  // also of what the flows told of just now

  std::optional<std::string> name_of(const Flow& flow, Direction from) override;
  // For what else becomes entries beside those of the halves.
  FlowArchiveShared& shared() { return shared_; }

  // Octets in memory just now.
  size_t waiting() const { return shared_.gathered.total(); }
  uint64_t zeros_hits() const { return shared_.zeros_hits; }

 private:
  FlowArchiveShared shared_;
};

}  // namespace tcpflow
