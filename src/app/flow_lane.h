// What a shard tells of its flows, on its way to the main thread.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/lane.h"
#include "output/archive_entry.h"
#include "report/record_text.h"

namespace tcpflow {

// Where it goes once it is in order: each entry of an archive before the record of its flow.
class FlowLaneSink {
 public:
  virtual ~FlowLaneSink() = default;
  virtual void on_entry(const ArchiveEntry& entry) = 0;
  virtual void on_record(std::string_view text, const RecordSpans& spans) = 0;
};

// Records as text, and entries of an archive. Both kinds are added in order, all entries of a batch
// before its first record; the lane puts one kind between the other. Small entries travel as text,
// since memory is best given back by the thread that took it.
class FlowLane : public Lane, public RecordTexts, public ArchiveSink {
 public:
  explicit FlowLane(FlowLaneSink& sink) : sink_(sink) {}

  std::string& text() override { return text_; }
  void end_record(const Moment& at, const RecordSpans& spans) override;
  void on_entry(const Moment& at, ArchiveEntry& entry) override;

  // No more records of this batch come.
  void sort() override { take_entries(waiting_.size()); }
  void replay(size_t first, size_t last) override;
  void clear() override;
  void exchange(Lane& other) override;
  size_t cost() const override { return cost_; }

 private:
  struct Record {
    size_t end = 0;  // in text_
    RecordSpans spans;
  };
  enum class Kind : uint8_t { record, entry, small_entry };
  struct Item {
    Kind kind = Kind::record;
    size_t index = 0;  // of records_, entries_ or small_
  };
  // Its name and its bytes, behind those of the entry before.
  struct Small {
    size_t name_end = 0;  // in small_text_
    size_t end = 0;
    uint64_t flow_number = 0;
    Timestamp time;
    bool is_object = false;
  };
  // An entry that may come behind a record that is not told yet.
  struct Waiting {
    Moment at;
    Kind kind = Kind::entry;
    size_t begin = 0;  // in waiting_text_, or index of waiting_entries_
    Small small;
  };
  void take_entries(size_t upto);
  void take_small(const Waiting& waiting);
  void take_large(ArchiveEntry& entry);
  void replay_record(size_t index);
  void replay_small(size_t index);

  FlowLaneSink& sink_;
  std::vector<Item> items_;  // as moments()
  std::string text_;
  std::vector<Record> records_;
  std::vector<ArchiveEntry> entries_;
  std::vector<Small> small_;
  std::string small_text_;
  ArchiveEntry scratch_;  // a small entry that is replayed
  // These stay when lanes are exchanged.
  std::vector<Waiting> waiting_;
  size_t waiting_taken_ = 0;  // of them
  std::string waiting_text_;
  std::vector<ArchiveEntry> waiting_entries_;
  size_t cost_ = 0;
};

}  // namespace tcpflow
