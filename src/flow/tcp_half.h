// One direction of a connection: what was counted about it, and its stream once there is one.
#pragma once

#include <cstdint>

#include "flow/bare_syns.h"
#include "flow/flow_record.h"
#include "flow/half_stream.h"
#include "flow/link_book.h"

namespace tcpflow {

// Plain data, owned by its TcpFlow, used on the shard's thread. A half exists from its first SYN or
// payload on; acknowledgements alone do not make one. A million of them may be open: what few have
// is in their notes.
struct TcpHalf {
  // The half shows itself with a segment on this link.
  void appear(LinkBook::Number on, PacketRef packet, uint64_t number);
  // The half showed itself with this SYN, which was counted then.
  void begin_with(const BareSyn& syn, LinkBook::Number on);
  // Adds a packet of an existing half to its counters.
  void count(const Segment& segment, PacketRef packet);
  // Null: it has shown no payload so far, nor a FIN.
  HalfStream* stream() { return stream_.has_begun() ? &stream_ : nullptr; }
  const HalfStream* stream() const { return stream_.has_begun() ? &stream_ : nullptr; }
  // The stream, begun when first needed: from ISN + 1 after a SYN, else from `first_byte`.
  HalfStream& stream_from(uint32_t first_byte);
  void note(Suspect why) { stream_.note(why); }
  // A SYN brings payload.
  void note_data_on_syn();
  void take_syn(const Segment& segment);
  // The FIN that follows the byte before `seq_after_payload`, if it is at most `reach` away.
  void take_fin(uint32_t seq_after_payload, int64_t reach);
  // Its sender has begun to close: a SYN with another ISN begins a new connection.
  bool is_closing() const { return reset || (stream() != nullptr ? stream_.has_fin() : bare_fin); }
  // No more bytes are expected: reset, or complete to the FIN.
  bool is_closed() const {
    return reset || (stream() != nullptr ? stream_.is_complete() : bare_fin);
  }
  // Nothing more needs to come: closed, or nobody there as far as the capture shows.
  bool is_done() const { return is_closed() || (!exists && !saw_ack); }
  // Bytes were delivered or are held.
  bool has_data() const { return stream_.has_data(); }
  // See HalfStream.
  bool is_odd() const { return stream_.is_odd(); }
  // It holds something that it will give up one day.
  bool waits() const { return stream_.waits(); }
  // The segment acknowledges this half's SYN, and perhaps the payload on it: it answers it.
  bool syn_is_answered_by(const Segment& segment) const;
  // A RST with this number would be the next thing the receiver expects, as far as this half shows.
  bool expects(uint32_t seq) const;
  // The first byte that was not delivered.
  uint32_t next_sequence() const { return stream() != nullptr ? stream_.next_sequence() : isn + 1; }
  // What its lists took of the budget; to be given back when they go.
  size_t listed_cost() const { return stream_.listed_cost(); }
  // The values for reports; `info` lacks addresses, which the flow knows.
  void describe(HalfRecord& record) const;

  uint64_t flow_number = 0;
  Timestamp start;
  Timestamp last;
  LinkBook::Number link = 0;  // if it exists
  uint32_t isn = 0;           // with saw_syn
  uint32_t last_ack = 0;      // with saw_ack: what this sender expects next from the other
  Role role = Role::unknown;
  OverlapPolicy policy = OverlapPolicy::first;  // of the host that receives it
  bool exists : 1 = false;
  bool saw_syn : 1 = false;
  bool saw_ack : 1 = false;
  bool bare_fin : 1 = false;  // a FIN of a half that shows nothing else
  bool reset : 1 = false;

 private:
  void note_cut_off(uint32_t original, uint64_t captured);

  // Modulo 2^32; the notes have the rest, and what the snap length cut off frames.
  uint32_t packets_ = 0;
  uint32_t wire_bytes_ = 0;
  HalfStream stream_;
};
static_assert(sizeof(TcpHalf) == 88);

}  // namespace tcpflow
