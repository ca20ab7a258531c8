// All that is known about a flow when it has ended: the material of every report.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/gap.h"
#include "flow/flow_info.h"
#include "flow/object_record.h"

namespace tcpflow {

const char* gap_reason_name(GapReason why);  // "not_captured"

// How a half ended.
enum class HalfEnd : uint8_t {
  open,     // no end was seen
  fin,      // complete up to its FIN
  fin_gap,  // a FIN was seen, bytes before it are missing
  reset,    // its sender reset the connection
  jump,     // cut where its sequence numbers jumped past -m
};
inline constexpr size_t kHalfEndCount = 5;
const char* half_end_name(HalfEnd why);

// How a flow ended.
enum class FlowEnd : uint8_t {
  closed,       // both halves closed, or reset, and the linger is over
  capture_end,  // the input was over
  timeout,      // idle longer than tcp_timeout; UDP: longer than FlowLimits::udp_idle
  reused,       // a new connection took its addresses and ports
  jump,         // both halves were cut by jumps past -m
  evicted,      // a limit was reached
  lifetime,     // it was older than max_lifetime
};
const char* flow_end_name(FlowEnd why);

// Segments that an endpoint might not have taken as the capture shows them, by reason.
enum class Suspect : uint8_t {
  reset_in_window,      // RST not at the exact sequence (RFC 5961); ignored
  reset_out_of_window,  // RST far from the stream; ignored
  syn_repeated,       // a SYN with another ISN while the old connection's bytes still flow; ignored
  data_after_fin,     // payload past the FIN; recorded
  data_after_reset,   // payload after its sender's reset; recorded
  data_on_reset,      // payload of a RST: perhaps diagnostics (RFC 9293, 3.5.3)
  before_start,       // payload before the first byte of the stream; dropped
  fin_moved,          // a second FIN at another position; the first stays
  conflict,           // a copy of bytes that differs from the one kept
  no_ack_flag,        // payload or a FIN without ACK
  data_on_syn,        // payload of a SYN
  fragment_conflict,  // came in fragments, and a copy in another fragment differed
  // Only looked for in strict mode, and left out.
  bad_checksum,     // the TCP checksum is wrong, and its sender's are right otherwise
  ack_of_unsent,    // acknowledges what the other side has not sent
  old_ack,          // acknowledges less than a window ago
  beyond_window,    // begins behind what the receiver has room for
  old_timestamp,    // RFC 7323, 5.3
  unsolicited_md5,  // signed (RFC 2385), though the SYN was not
};
inline constexpr size_t kSuspectCount = 18;
const char* suspect_name(Suspect why);

struct GapRecord {
  uint64_t offset = 0;
  uint64_t length = 0;
  GapReason why = GapReason::not_captured;

  bool operator==(const GapRecord&) const = default;
};

// A stretch of which two packets brought different copies, from the first to the last octet that
// differs.
struct ConflictRecord {
  uint64_t offset = 0;
  uint64_t length = 0;
  uint64_t kept_packet = 0;   // number of the packet whose copy is in the stream
  uint64_t other_packet = 0;  // of the one whose copy is not
  std::vector<uint8_t> kept;  // the copies' first kConflictBytesRecorded octets
  std::vector<uint8_t> other;
};

// Why scanners do not tell of a half.
enum class ScanCut : uint8_t {
  none,
  per_half,  // ScanLimits::per_half: there is more of it
  missing,   // ScanLimits::missing_per_half: too much of it is not there
};

// Why a scanner that gathers a half before it reads it did not get all of it.
enum class GatherCut : uint8_t {
  none,
  per_half,  // there is more of it than it gathers of one
  total,     // there was no room beside what is gathered of all others
};

// What a scanner found out about a half, or why it did not. Texts are what it says, which may be
// any octets, within limits of its own.
struct ScanResult {
  std::string scanner;  // its name
  std::string text;
  std::string error;  // empty: none
  bool text_is_cut = false;
  GatherCut input_cut = GatherCut::none;
};

// What consumers made of a half: filled by them in on_end().
struct HalfOutput {
  std::string
      file_name;  // as created, output folder included, or the console label; empty: no file
  uint64_t file_size = 0;                                    // bytes in it (console: bytes printed)
  std::vector<std::pair<std::string, std::string>> digests;  // {"MD5", "0123..."}
  ScanCut scan_cut = ScanCut::none;
  std::vector<ScanResult> results;
  ObjectList objects;
  bool alternatives_cut = false;  // OutputLimits::alternatives_per_half
  std::string
      error;  // why the file is not what it should be ("No space left on device"); empty: fine
};

struct HalfRecord {
  bool exists = false;  // a SYN or payload was seen; UDP: a datagram
  HalfInfo info;
  Timestamp last;               // time of its last packet
  uint64_t packets = 0;         // packets of this half, bare ACKs included
  uint64_t wire_bytes = 0;      // their original frame lengths
  uint64_t captured_bytes = 0;  // their captured frame lengths
  uint64_t stream_bytes = 0;    // highest offset reached, gaps included
  uint64_t out_of_order = 0;    // segments that began below the end of the one before
  uint64_t violations = 0;      // SYN with data, data before the ISN
  uint64_t repeated_bytes = 0;  // payload seen again
  uint64_t gap_count = 0;
  uint64_t gap_bytes = 0;
  std::vector<GapRecord> gaps;  // the first FlowLimits::gaps_recorded of them
  // Those between fragments included, also where they are about headers.
  uint64_t conflict_count = 0;
  uint64_t conflict_bytes = 0;            // repeated bytes that differ from the copy kept
  std::vector<ConflictRecord> conflicts;  // the first FlowLimits::conflicts_recorded of them
  std::array<uint64_t, kSuspectCount> suspects{};
  HalfEnd end = HalfEnd::open;
  HalfOutput output;
};

struct FlowRecord {
  FlowInfo info;
  FlowEnd end = FlowEnd::capture_end;
  std::array<HalfRecord, 2> halves;  // by Direction
  HalfRecord& half(Direction d) { return halves[index_of(d)]; }
  const HalfRecord& half(Direction d) const { return halves[index_of(d)]; }
};

// Receives every ended flow, in the order of the packets that ended them; at the end by first
// packet.
class RecordSink {
 public:
  virtual ~RecordSink() = default;
  virtual void on_record(const FlowRecord& record) = 0;
};

}  // namespace tcpflow
