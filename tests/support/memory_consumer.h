// A StreamConsumer that keeps all it is told, and checks that the contract of flow/consumer.h is
// kept.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "flow/consumer.h"

namespace tcpflow::test {

// What one half gave.
struct MemoryHalf {
  bool started = false;
  HalfInfo info;
  std::string bytes;   // gaps as zeros; those over kZerosKept octets are left out
  std::string marked;  // gaps as "[10 not captured]"
  uint64_t next = 0;   // offset that must come next
  std::vector<GapRecord> gaps;
  std::vector<ConflictRecord> conflicts;
  std::vector<PacketRef> packets;  // of each call that brought bytes
  bool complete = false;
  std::optional<HalfEnd> end;
};
inline constexpr uint64_t kZerosKept = uint64_t{1} << 20;

// What one flow gave.
struct MemoryFlow {
  FlowInfo info;
  std::array<MemoryHalf, 2> halves;  // by Direction
  std::vector<std::string> calls;    // "start", "start 0", "bytes 0 5 hello", "gap 0 5 10", ...
  std::optional<FlowEnd> end;
  FlowRecord record;                // as it was at on_end
  std::vector<std::string> faults;  // breaches of the contract; a test expects none
  MemoryHalf& half(Direction d) { return halves[index_of(d)]; }
  const MemoryHalf& half(Direction d) const { return halves[index_of(d)]; }
  const std::string& originator() const { return half(Direction::originator).bytes; }
  const std::string& responder() const { return half(Direction::responder).bytes; }
};

// Writes into a MemoryFlow that it borrows for its life.
class MemoryConsumer : public StreamConsumer {
 public:
  explicit MemoryConsumer(MemoryFlow& flow) : flow_(flow) {}

  void on_start(const Flow& flow) override;
  void on_half_start(Direction from, const HalfInfo& half) override;
  void on_bytes(Direction from, uint64_t offset, Bytes bytes, PacketRef packet) override;
  void on_gap(Direction from, uint64_t offset, uint64_t length, GapReason why) override;
  void on_conflict(Direction from, const StreamConflict& conflict) override;
  void on_half_complete(Direction from) override;
  void on_half_end(Direction from, HalfEnd why) override;
  void on_end(FlowEnd why, FlowRecord& record) override;

 private:
  void note(const std::string& call, bool allowed);
  bool is_open(Direction from) const;

  MemoryFlow& flow_;
  bool started_ = false;
};

// Owns the flows of all consumers it made, in the order in which they were made.
class MemoryFlows : public ConsumerFactory {
 public:
  std::unique_ptr<StreamConsumer> create() override;
  std::deque<MemoryFlow> flows;
};

// Keeps every record it is given.
class MemoryRecords : public RecordSink {
 public:
  void on_record(const FlowRecord& record) override { records.push_back(record); }
  std::vector<FlowRecord> records;
};

}  // namespace tcpflow::test
