// Everyone who is told about one flow.
#pragma once

#include <array>
#include <memory>
#include <span>
#include <vector>

#include "flow/consumer.h"

namespace tcpflow {

// Owned by its TcpFlow, used on its thread. Makes the consumers when the first half shows bytes or
// a gap, and keeps to the calls that StreamConsumer promises.
class Audience {
 public:
  explicit Audience(const std::vector<ConsumerFactory*>& factories) : factories_(factories) {}

  bool knows(Direction from) const { return knows_[index_of(from)]; }
  // Before anything else of a half.
  void start_half(const Flow& flow, Direction from, const HalfInfo& half);
  void take_bytes(Direction from, uint64_t offset, Bytes bytes, PacketRef packet) {
    for (const auto& consumer : consumers()) consumer->on_bytes(from, offset, bytes, packet);
  }
  void take_gap(Direction from, uint64_t offset, uint64_t length, GapReason why) {
    for (const auto& consumer : consumers()) consumer->on_gap(from, offset, length, why);
  }
  void take_conflict(Direction from, const StreamConflict& conflict) {
    for (const auto& consumer : consumers()) consumer->on_conflict(from, conflict);
  }
  // Nothing more is expected of this half; no-op for one that nobody knows.
  void complete_half(Direction from) {
    if (!knows(from)) return;
    for (const auto& consumer : consumers()) consumer->on_half_complete(from);
  }
  // Nothing more comes of this half; no-op for one that nobody knows.
  void end_half(Direction from, HalfEnd why);
  // When the batch ends. Takes leave: consumers add to `record` what they made of the flow.
  void end(FlowEnd why, FlowRecord& record);

 private:
  std::span<const std::unique_ptr<StreamConsumer>> consumers() const {
    return {consumers_.get(), consumers_ ? factories_.size() : 0};
  }

  const std::vector<ConsumerFactory*>& factories_;
  std::unique_ptr<std::unique_ptr<StreamConsumer>[]> consumers_;  // one of each factory; or null
  std::array<bool, 2> knows_{};
};

}  // namespace tcpflow
