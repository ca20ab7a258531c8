// One direction of a connection: what was counted about it, and its stream once there is one.
#pragma once

#include <cstdint>
#include <memory>

#include "flow/bare_syns.h"
#include "flow/flow_record.h"
#include "flow/half_stream.h"

namespace tcpflow {

// Plain data, owned by its TcpFlow, used on the shard's thread. A half exists from its first SYN or
// payload on; acknowledgements alone do not make one.
struct TcpHalf {
  // The half shows itself with this segment.
  void appear(const Segment& segment, PacketRef packet, uint64_t number);
  // The half showed itself with this SYN, which was counted then.
  void begin_with(const BareSyn& syn);
  // Adds a packet of an existing half to its counters.
  void count(const Segment& segment, PacketRef packet);
  void count_conflicts(const FragmentConflicts& conflicts);
  // The stream, made when first needed: from ISN + 1 after a SYN, else from `first_byte`.
  HalfStream& stream_from(uint32_t first_byte);
  void take_syn(const Segment& segment);
  // The FIN that follows the byte before `seq_after_payload`, if it is at most `reach` away.
  void take_fin(uint32_t seq_after_payload, int64_t reach);
  // Its sender has begun to close: a SYN with another ISN begins a new connection.
  bool is_closing() const { return reset || (stream ? stream->has_fin() : bare_fin); }
  // No more bytes are expected: reset, or complete to the FIN.
  bool is_closed() const { return reset || (stream ? stream->is_complete() : bare_fin); }
  // Nothing more needs to come: closed, or nobody there as far as the capture shows.
  bool is_done() const { return is_closed() || (!exists && !saw_ack); }
  // Bytes were delivered or are held.
  bool has_data() const { return stream && stream->has_data(); }
  // The segment acknowledges this half's SYN, and perhaps the payload on it: it answers it.
  bool syn_is_answered_by(const Segment& segment) const;
  // A RST with this number would be the next thing the receiver expects, as far as this half shows.
  bool expects(uint32_t seq) const;
  // The first byte that was not delivered.
  uint32_t next_sequence() const { return stream ? stream->next_sequence() : isn + 1; }
  // The values for reports; `info` lacks addresses, which the flow knows.
  void describe(HalfRecord& record) const;

  std::unique_ptr<HalfStream> stream;
  uint64_t flow_number = 0;
  uint64_t packets = 0;
  uint64_t wire_bytes = 0;
  uint64_t captured_bytes = 0;
  Timestamp start;
  Timestamp last;
  LinkFacts link;
  uint32_t isn = 0;       // with saw_syn
  uint32_t last_ack = 0;  // with saw_ack: what this sender expects next from the other
  uint32_t resets_ignored_near = 0;
  uint32_t resets_ignored_far = 0;
  uint32_t syns_ignored = 0;
  uint32_t syns_with_data = 0;
  uint32_t data_after_reset = 0;
  uint32_t data_on_reset = 0;
  uint32_t without_ack = 0;
  // Segments whose fragments disagreed, how often, and about how many octets.
  uint32_t fragments_disagreed = 0;
  uint64_t fragment_conflicts = 0;
  uint64_t fragment_conflict_bytes = 0;
  uint32_t on_syn = 0;  // octets of payload that its SYN has
  Role role = Role::unknown;
  OverlapPolicy policy = OverlapPolicy::first;  // of the host that receives it
  bool exists = false;
  bool saw_syn = false;
  bool saw_ack = false;
  bool bare_fin = false;  // a FIN of a half that shows nothing else
  bool reset = false;
};

}  // namespace tcpflow
