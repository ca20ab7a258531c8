// A flow table with all it talks to, for the tests of this folder.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "flow/flow_table.h"
#include "tests/support/conversation.h"
#include "tests/support/memory_consumer.h"
#include "tests/support/span_witness.h"

namespace tcpflow::test {

using Texts = std::vector<std::string>;

struct TableRun : UnusedSink {
  explicit TableRun(FlowOptions options = {})
      : table(options, {{&files, &spans}, &records, this}) {}
  void on_unused(const Frame&) override { ++unused; }

  TableRun& feed(const std::vector<SegmentParams>& segments) {
    for (const SegmentParams& params : segments) table.on_segment(store.make(params));
    return end_batch();
  }
  TableRun& feed(const Conversation& talk) { return feed(talk.segments()); }
  TableRun& end_batch() {
    EXPECT_TRUE(spans.end_batch());
    table.on_batch_end();
    return *this;
  }
  // Time moves on with a packet that is none of the table's.
  TableRun& tick(Timestamp time) {
    table.tick(time, table.context().now.packet);
    return end_batch();
  }
  TableRun& finish() {
    table.end_all();
    end_batch();
    for (const auto& flow : files.flows) EXPECT_TRUE(flow.faults.empty()) << flow.faults.front();
    EXPECT_EQ(table.held_bytes(), 0u);
    EXPECT_EQ(table.counters().halves_open, 0u);
    return *this;
  }
  Texts texts() const {  // of all halves with bytes, flow by flow
    Texts all;
    for (const auto& flow : files.flows) {
      for (const auto& half : flow.halves) {
        if (!half.marked.empty()) all.push_back(half.marked);
      }
    }
    return all;
  }
  const HalfRecord& half(size_t record, Direction d = Direction::originator) const {
    return records.records.at(record).half(d);
  }
  uint64_t suspects(size_t record, Suspect why, Direction d = Direction::originator) const {
    return half(record, d).suspects[static_cast<size_t>(why)];
  }

  SegmentStore store;
  MemoryFlows files;
  SpanWitness spans;
  MemoryRecords records;
  int unused = 0;
  FlowTable table;
};

inline std::vector<SegmentParams> operator+(std::vector<SegmentParams> a,
                                            const std::vector<SegmentParams>& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

// A second connection on the same addresses and ports, after `first`.
inline Conversation again(const Conversation& first, uint32_t client_isn,
                          uint32_t server_isn = 700000) {
  ConversationParams params;
  params.client_isn = client_isn;
  params.server_isn = server_isn;
  params.start = first.now();
  return Conversation(params);
}

}  // namespace tcpflow::test
