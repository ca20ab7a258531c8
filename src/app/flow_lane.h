// What a shard tells of its flows, on its way to the main thread.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/lane.h"
#include "output/archive_entry.h"
#include "report/fact_texts.h"
#include "report/record_text.h"

namespace tcpflow {

// Where it goes once it is in order: each entry of an archive before the record of its flow.
class FlowLaneSink {
 public:
  virtual ~FlowLaneSink() = default;
  virtual void on_entry(const ArchiveEntry& entry) = 0;
  virtual void on_record(std::string_view text, const RecordSpans& spans) = 0;
  // A line of --json or the like.
  virtual void on_fact(FactChannel channel, std::string_view line) = 0;
};

// Records as text, entries of an archive, and lines of facts. Each kind is added in order, all
// entries of a batch and all facts that are noted in it before its first record; the lane puts one
// kind between the other. Small entries travel as text, since memory is best given back by the
// thread that took it.
class FlowLane : public Lane, public RecordTexts, public ArchiveSink, public FactLines {
 public:
  explicit FlowLane(FlowLaneSink& sink) : sink_(sink) {}

  std::string& text() override { return text_; }
  void end_record(const Moment& at, const RecordSpans& spans) override;
  void on_entry(const Moment& at, ArchiveEntry& entry) override;
  void note_fact(const Moment& at, FactChannel channel, std::string_view line) override;
  void tell_fact(const Moment& at, FactChannel channel, std::string_view line) override;

  // No more records of this batch come.
  void sort() override { take_waiting({UINT64_MAX, UINT32_MAX, UINT64_MAX}); }
  void replay(size_t first, size_t last) override;
  void clear() override;
  void exchange(Lane& other) override;
  size_t cost() const override { return cost_; }

 private:
  struct Record {
    size_t end = 0;  // in text_
    RecordSpans spans;
  };
  enum class Kind : uint8_t { record, entry, small_entry, fact };
  struct Item {
    Kind kind = Kind::record;
    size_t index = 0;  // of records_, entries_, small_ or facts_
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
  struct Fact {
    size_t end = 0;  // in fact_text_, or in waiting_fact_text_
    FactChannel channel = FactChannel::json;
  };
  struct WaitingFact {
    Moment at;
    Fact fact;
  };
  void take_waiting(const Moment& upto);
  void take_entry();
  void take_fact();
  void add_fact(const Moment& at, FactChannel channel, std::string_view line);
  void take_small(const Waiting& waiting);
  void take_large(ArchiveEntry& entry);
  void replay_record(size_t index);
  void replay_small(size_t index);
  void replay_fact(size_t index);

  FlowLaneSink& sink_;
  std::vector<Item> items_;  // as moments()
  std::string text_;
  std::vector<Record> records_;
  std::vector<ArchiveEntry> entries_;
  std::vector<Small> small_;
  std::string small_text_;
  std::vector<Fact> facts_;
  std::string fact_text_;
  ArchiveEntry scratch_;  // a small entry that is replayed
  // These stay when lanes are exchanged.
  std::vector<Waiting> waiting_;
  size_t waiting_taken_ = 0;  // of them
  std::string waiting_text_;
  std::vector<ArchiveEntry> waiting_entries_;
  std::vector<WaitingFact> waiting_facts_;
  size_t waiting_facts_taken_ = 0;  // of them
  std::string waiting_fact_text_;
  size_t cost_ = 0;
};

}  // namespace tcpflow
