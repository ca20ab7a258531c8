// How flows are put together: what the command line says about it, and what flows call out to.
#pragma once

#include <cstdint>
#include <vector>

#include "base/limits.h"
#include "base/time.h"
#include "flow/consumer.h"
#include "stream/reassembler.h"

namespace tcpflow {

// Plain values, fixed for the run.
struct FlowOptions {
  StreamLimits stream;
  FlowLimits flow;
  int64_t max_jump = 16777216;        // -m
  int64_t tcp_timeout = 0;            // -S tcp_timeout, seconds; 0: off
  Duration time_shift = Duration(0);  // -S tdelta
  uint64_t hash_seed = 0;
};

// Totals over all flows of a table.
struct FlowCounters {
  uint64_t connections = 0;
  uint64_t halves = 0;  // total_flows of the report
  uint64_t halves_open = 0;
  uint64_t most_halves_open = 0;
  uint64_t packets = 0;  // packets accounted to a half
  uint64_t streams_complete = 0;
  uint64_t streams_with_gaps = 0;
  uint64_t gap_bytes = 0;
  uint64_t conflict_bytes = 0;
  uint64_t stragglers = 0;  // segments of a connection that was over and replaced
  uint64_t held_limit_hits = 0;
  uint64_t most_held = 0;  // highest number of bytes held behind gaps at a time
};

// What the flows of one table share. Owned by the table, used on its thread.
struct FlowContext {
  const FlowOptions& options;
  const std::vector<ConsumerFactory*>& factories;
  RetiredBytes retired;
  FlowCounters counters;
  size_t held_total = 0;    // cost of all held bytes
  bool opens_flows = true;  // false for -R: no new flow, no new half
};

}  // namespace tcpflow
