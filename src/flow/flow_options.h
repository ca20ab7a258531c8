// How flows are put together: what the command line says about it, and what flows call out to.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "base/limits.h"
#include "base/network.h"
#include "base/time.h"
#include "flow/capture_drops.h"
#include "flow/consumer.h"
#include "flow/fact_sink.h"
#include "flow/flow_numbers.h"
#include "flow/gauge.h"
#include "flow/link_book.h"
#include "flow/list_budget.h"
#include "stream/reassembler.h"

namespace tcpflow {

// Plain values, fixed for the run.
struct FlowOptions {
  StreamLimits stream;
  FlowLimits flow;
  int64_t max_jump = 16777216;          // -m
  int64_t tcp_timeout = 0;              // idle, seconds: -S tcp_timeout, --max-idle; 0: off
  int64_t max_lifetime = 0;             // --max-lifetime, seconds; 0: off
  bool merge_vlans = false;             // the same addresses and ports are one flow on any VLAN
  bool strict = false;                  // leave out what the receiving host would ignore
  Duration time_shift = Duration(0);    // -S tdelta
  NetworkTable<OverlapPolicy> overlap;  // --overlap-policy: by the host that receives
  bool keep_alternatives = false;       // --keep-alternatives
  uint64_t hash_seed = 0;
};

// Totals over all flows of a table.
struct FlowCounters {
  uint64_t connections = 0;
  uint64_t halves = 0;  // total_flows of the report
  uint64_t halves_open = 0;
  uint64_t most_halves_open = 0;
  uint64_t packets = 0;  // packets accounted to a half

  // Of halves that have ended.
  uint64_t streams_complete = 0;
  uint64_t streams_with_gaps = 0;
  std::array<uint64_t, kHalfEndCount> ends{};  // by HalfEnd
  uint64_t gaps = 0;
  uint64_t gap_bytes = 0;
  uint64_t repeated_bytes = 0;
  uint64_t conflict_bytes = 0;
  // By Suspect, those of halves and connections that nothing else was seen of included.
  std::array<uint64_t, kSuspectCount> suspects{};
  uint64_t outputs = 0;  // files, or labels on the console
  uint64_t output_bytes = 0;

  uint64_t udp_halves = 0;  // of those that have ended

  uint64_t stream_bytes = 0;                                  // delivered, in order
  std::array<uint64_t, kGapReasonCount> missing_by_reason{};  // bytes
  uint64_t stragglers = 0;  // segments of a connection that was over and replaced
  uint64_t most_held = 0;   // highest number of bytes held behind gaps at a time
  // How often a limit cost something.
  uint64_t held_total_hits = 0;
  uint64_t held_per_half_hits = 0;
  uint64_t windows_total_hits = 0;
  uint64_t udp_conversations = 0;  // of `connections`
  uint64_t udp_limit_hits = 0;     // conversations that ended because there were too many
  uint64_t half_open_evicted = 0;  // connections that ended because of FlowLimits::half_open
  uint64_t flows_evicted = 0;      // the same of FlowLimits::flows
  uint64_t vlans_evicted = 0;      // the same of FlowLimits::vlans_per_key
  uint64_t octets_evicted = 0;     // the same of FlowLimits::octets
  uint64_t lingering_cut = 0;  // flows that lingered shorter because of FlowLimits::linger_packets
  uint64_t lifetimes_ended = 0;
  uint64_t idle_ended = 0;   // connections that ended because of tcp_timeout
  uint64_t scans_cut = 0;    // halves of which a scanner got a part only
  uint64_t scans_left = 0;   // halves that no scanner could use, for too much of them is missing
  uint64_t gathers_cut = 0;  // halves of which a scanner gathered a part only
  uint64_t gathers_no_room = 0;   // the same, for what is gathered of others
  uint64_t alternatives_cut = 0;  // files of OutputLimits::alternatives_per_half
  uint64_t lists_cut = 0;         // lists of gaps or conflicts that FlowLimits::listed cut short

  // Bytes or a gap of an open half go to the consumers.
  void add_delivered(uint64_t bytes) { stream_bytes += bytes; }
  void add_missing(GapReason why, uint64_t bytes) {
    missing_by_reason[static_cast<size_t>(why)] += bytes;
  }
  // A flow of any protocol has ended, and its consumers have said what they made of it: so these
  // are the sums over all that the report lists.
  void add_ended(const FlowRecord& record);
  // The sums of two tables; but for most_halves_open and most_held, which are no sums.
  void add(const FlowCounters& other);
};

// What the flows of one table share. Owned by the table, used on its thread.
struct FlowContext {
  const FlowOptions& options;
  const std::vector<ConsumerFactory*>& factories;
  Moment& now;  // what is being done
  RetiredBytes retired;
  FlowCounters counters;
  size_t held_total = 0;               // cost of all held bytes
  size_t windows_total = 0;            // the same of the copies of delivered bytes
  Timestamp clock = Timestamp::min();  // the latest packet time seen; never goes back
  bool opens_flows = true;             // false for -R: no new flow, no new half
  FlowNumbers numbers = {};
  Gauge halves_open = {};
  Gauge held = {};                    // held_total as it is behind each step
  std::vector<Flow*> unsettled = {};  // with provisional numbers
  CaptureDrops drops = {};
  ListBudget lists{options.flow.listed};
  LinkBook links = {};
  FactSink* facts = nullptr;  // null: nobody wants to know of beginnings

  // A new half: returns its number.
  uint64_t add_half() {
    halves_open.add(1, now);
    return numbers.next(FlowNumbers::Kind::half, now);
  }
  uint64_t add_session() { return numbers.next(FlowNumbers::Kind::session, now); }
};

}  // namespace tcpflow
