// The file of one half, from its first byte to its last.
#pragma once

#include <sys/uio.h>

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/lane.h"
#include "base/limits.h"
#include "flow/consumer.h"
#include "flow/gap_layout.h"
#include "output/alternatives.h"
#include "output/file_budget.h"
#include "output/file_events.h"
#include "output/file_maker.h"
#include "output/file_row.h"
#include "output/flow_names.h"
#include "output/packet_index.h"
#include "output/piece_list.h"

namespace tcpflow {

class FlowFile;

// What is left in memory of a flow file that was closed for want of descriptors, and for which
// nothing waits: many connections are open and silent. Its name can be made again.
struct RestingFile {
  uint64_t size = 0;
  uint32_t counter = 0;  // of its name
  int16_t error = 0;     // the errno that spoilt it, negative if it could not be made
};

// Where the flow of a half has its file, in memory or resting. A million of them may be open.
struct FlowFilePlace {
  std::unique_ptr<FlowFile> file;  // null: there is none, or it rests
  [[no_unique_address]] RestingFile rested;
  bool is_resting = false;  // these two lie in what the number before them leaves free
  bool is_over = false;     // it rests, and has been finished
};

struct FlowFilesOptions {
  static constexpr uint64_t kNoLimit = UINT64_MAX;

  uint64_t limit = kNoLimit;    // -b: bytes at this offset and behind are not written
  bool index = false;           // -I
  GapForm gap = GapForm::zero;  // --gap
  bool is_asked_for_names = false;
  OutputLimits limits;
  // A file's bytes are held back while they are fewer than this and the half is open.
  size_t held_per_file = size_t{32} << 10;
};

// Makes files whose turn it is.
class DueFiles : public EntrySink<FlowFile*> {
 public:
  void on_entry(FlowFile*& file) override;
};

// What the files of one thread share. Outlives them.
struct FlowFilesShared {
  FlowFilesOptions options;
  FileBudget& budget;
  FileMaker& maker;
  OutputErrors& errors;
  FileEvents* events;  // may be null
  Moment& now;
  DueFiles maker_of_due = {};
  // Files that must be made in the order of their first bytes, and those that get no more bytes:
  // both wait for the end of the batch. Null where the file has gone.
  EntryLane<FlowFile*> due{maker_of_due};
  struct Finished {
    Moment at;
    FlowFile* file;
  };
  std::vector<Finished> finished = {};
  PieceArena pieces = {};
  HeldFiles held = {};
  FileRow<& FileInRows::resting> resting = {};  // made, and nothing of them waits: the latest last
  std::vector<FlowFile*> touched = {};          // in this batch; null where the file has gone
  std::vector<iovec> gathered = {};             // scratch of a write
  size_t incomplete = 0;                 // files that bytes came for and that are not finished
  size_t in_memory = 0;                  // files that do not rest
  std::deque<std::string> markers = {};  // of this batch's gaps
  // Flows that are asked for the names of their files; empty where nobody asks.
  std::unordered_map<const Flow*, NamedFiles*> by_flow = {};
};

// Created when something is written, since a short flow then costs one open, write, time and close
// in all; but where other flows may want the same name, or somebody waits for the file, at the end
// of the batch that brought its first byte. Lives in its flow's consumer and stays in place. One
// thread.
class FlowFile : public FileInRows {
 public:
  // Of which half it is; borrowed until finish() has returned.
  struct Half {
    const Flow& flow;
    Direction from;
    FlowFilePlace& place;
  };
  FlowFile(FlowFilesShared& shared, const Half& half);
  // One that has rested.
  FlowFile(FlowFilesShared& shared, const Half& half, const RestingFile& rested);
  ~FlowFile();
  FlowFile(const FlowFile&) = delete;
  FlowFile& operator=(const FlowFile&) = delete;

  // Takes note of bytes, which must stay good until the batch ends.
  void add(uint64_t offset, Bytes bytes, Timestamp time);
  // Bytes are missing. In a hole nothing is noted: the next bytes say where they go.
  void add_gap(uint64_t offset, uint64_t length);
  // Takes note of a copy that is not in the file.
  void add_alternative(const StreamConflict& conflict);
  // The batch ends: writes, or keeps a copy of what is little and may grow.
  void end_batch(bool idle);
  // Writes everything that waits.
  void write_out();
  // Probably no more bytes will come: nothing is to be held back for.
  void complete();
  // It is its turn to be made.
  void take_turn();
  // No more bytes will come: finish() is due when the batch ends.
  void end();
  // Writes, sets the file's times, closes. No-op the second time.
  void finish();
  // True if it is closed, and could be made again from a RestingFile.
  bool may_rest() const { return resting.is_linked && !file_.is_open(); }
  // Goes out of memory, into its place.
  void rest();
  // The file is made if it was not; nullopt: that must wait for the end of the batch. "": it could
  // not be made.
  std::optional<std::string> settled_name();
  // Fills what the reports want to know, after finish().
  void describe(HalfOutput& output) const;

 private:
  enum class State : uint8_t {
    no_payload,
    due,  // bytes came, the file is not made yet
    made,
    failed,  // nothing more is written
  };

  size_t put(uint64_t place, Bytes bytes);
  bool begin();
  bool can_hold() const;
  void hold();
  void make();
  void write_pieces();
  bool write_run(uint64_t offset);
  void write_beside(SideFile& file);
  void close_beside(SideFile& file);
  void drop_waiting();
  void come_to_rest();
  void touch();
  void put_away();
  void set_times();
  void fail(int code);
  void report(const std::string& name, int code);

  FlowFilesShared& shared_;
  Half half_;
  Timestamp start_;
  BudgetedFile file_;
  std::unique_ptr<PacketIndex> index_;          // null without -I
  std::unique_ptr<Alternatives> alternatives_;  // null: none so far
  GapLayout layout_;
  PieceList pieces_;  // of this batch
  std::string held_;  // copied from earlier batches, one run from held_at_
  uint64_t held_at_ = 0;
  uint64_t size_ = 0;                   // of the file as it lies on disk
  uint64_t counter_ = 0;                // of its name
  uint32_t touched_slot_ = UINT32_MAX;  // index into shared_.touched
  int error_ = 0;
  State state_ = State::no_payload;
  bool alternatives_cut_ = false;
  bool exists_ = false;
  bool is_complete_ = false;
  bool is_put_away_ = false;  // has its time and is closed, but for what may still come
  bool finished_ = false;
  bool waits_its_turn_ = false;  // in shared_.due
  bool has_ended_ = false;       // in shared_.finished
  bool is_alone_;                // no other flow can want its name at the same time
};

}  // namespace tcpflow
