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
  virtual void on_entry(ArchiveEntry& entry) = 0;
  virtual void on_record(std::string_view text, const RecordSpans& spans) = 0;
};

// Records as text, and entries of an archive. Both kinds are added in order, all entries of a batch
// before its first record; the lane puts one kind between the other.
class FlowLane : public Lane, public RecordTexts, public ArchiveSink {
 public:
  explicit FlowLane(FlowLaneSink& sink) : sink_(sink) {}

  std::string& text() override { return text_; }
  void end_record(const Moment& at, const RecordSpans& spans) override;
  void on_entry(const Moment& at, ArchiveEntry entry) override;

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
  struct Item {
    bool is_entry = false;
    size_t index = 0;  // of entries_ or records_
  };
  void take_entries(size_t upto);

  FlowLaneSink& sink_;
  std::vector<Item> items_;  // as moments()
  std::string text_;
  std::vector<Record> records_;
  std::vector<ArchiveEntry> entries_;
  // Entries that may come behind a record that is not told yet; they stay when lanes are exchanged.
  std::vector<std::pair<Moment, ArchiveEntry>> waiting_;
  size_t waiting_taken_ = 0;  // of them
  size_t cost_ = 0;
};

}  // namespace tcpflow
