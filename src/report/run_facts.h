// What the report says about the run, apart from its flows. Plain values, gathered by app/.
#pragma once

#include <array>
#include <cstdint>
#include <numeric>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/drop.h"
#include "base/time.h"
#include "flow/flow_options.h"
#include "flow/object_record.h"

namespace tcpflow {

// How this program was built. Flags that are not known stay empty.
struct BuildFacts {
  std::string compiler;  // "12.2.0", "clang 14.0.6"
  std::string cppflags;
  std::string cflags;
  std::string cxxflags;
  std::string ldflags;
  std::string libs;
  std::string date;                                            // "2026-01-31T12:00:00"
  std::vector<std::pair<std::string, std::string>> libraries;  // {"libpcap", "1.10.3"}
};
// What the compiler itself can tell: its version and the date.
BuildFacts compiled_in();

// Known when the run begins.
struct StartFacts {
  std::string version;
  BuildFacts build;
  std::vector<std::string> command_line;  // as typed, the program's name first
  Timestamp start;
  int64_t tdelta = 0;  // seconds
};

// One input or device, in the order in which they were read.
struct InputFacts {
  std::string name;
  uint64_t packets = 0;
  std::string error;        // why it was not read to its end; empty: it was
  bool loss_known = false;  // live captures, and pcapng files with statistics
  uint64_t received = 0;
  uint64_t dropped_by_kernel = 0;
  uint64_t dropped_by_interface = 0;
};

// A limit of base/limits.h, and how often it cost something.
struct LimitFacts {
  std::string name;  // "max_held": the option's, or that of a limit without one
  uint64_t hits = 0;
  std::string option;     // "--max-held" raises it; empty: none does
  std::string cost;       // what happened each time: "bytes behind gaps were given up"
  bool is_share = false;  // the limit is a share of --memory-limit
};

// Packets of a link type that has no decoder.
struct UnknownLink {
  uint16_t type = 0;
  uint64_t packets = 0;
  std::string name;  // libpcap's, without LINKTYPE_; may be empty
};

// Objects that scanners found, by how they ended.
struct ObjectTotals {
  std::array<uint64_t, kObjectEndCount> ends{};
  uint64_t not_listed = 0;  // of these, in records

  uint64_t count() const { return std::accumulate(ends.begin(), ends.end(), uint64_t{0}); }
  uint64_t complete() const { return ends[static_cast<size_t>(ObjectEnd::complete)]; }
};

// Known when the run is over.
struct RunFacts {
  // As they were before the flows that were open ended.
  uint64_t open_fds_at_end = 0;
  uint64_t flow_map_size = 0;

  bool has_flows = false;  // false with -K and -x tcpdemux
  FlowCounters flows;
  std::optional<ObjectTotals> objects;  // empty: no scanner looks for them

  uint64_t packets_read = 0;     // all inputs, before the filter
  uint64_t packets_refused = 0;  // by the filter expression
  uint64_t bytes_captured = 0;   // of the packets that passed it
  // The earliest and the latest time of a packet that passed; empty: none did.
  std::optional<std::pair<Timestamp, Timestamp>> span;
  DropCounters drops;  // packets that became no segment, by reason
  std::vector<UnknownLink> unknown_links;
  uint64_t datagrams_reassembled = 0;  // from IP fragments
  std::vector<InputFacts> inputs;
  std::vector<LimitFacts> limits;
  std::string signal;               // "SIGTERM" if one ended the run
  std::vector<std::string> errors;  // other failures of the run, as shown to the user
};

}  // namespace tcpflow
