#include "flow/tcp_half.h"

#include <algorithm>

namespace tcpflow {
namespace {

// Payload that a SYN can bring (RFC 7413).
constexpr uint64_t kMostOnSyn = 64 * 1024;

}  // namespace

void TcpHalf::appear(const Segment& segment, PacketRef packet, uint64_t number) {
  exists = true;
  flow_number = number;
  start = packet.time;
  link = segment.link;
}

void TcpHalf::begin_with(const BareSyn& syn) {
  exists = true;
  flow_number = syn.flow_number;
  start = last = syn.packet.time;
  link = syn.link;
  packets = 1;
  wire_bytes = syn.wire_length;
  captured_bytes = syn.captured_length;
  saw_syn = true;
  isn = syn.isn;
  role = Role::client;
}

void TcpHalf::count(const Segment& segment, PacketRef packet) {
  ++packets;
  wire_bytes += segment.frame->original_length;
  captured_bytes += segment.frame->bytes.size();
  last = packet.time;
  if (segment.conflicts.any()) count_conflicts(*segment.conflicts.found);
}

void TcpHalf::count_conflicts(const FragmentConflicts& conflicts) {
  ++fragments_disagreed;
  fragment_conflicts += conflicts.count;
  fragment_conflict_bytes += conflicts.differing;
}

HalfStream& TcpHalf::stream_from(uint32_t first_byte) {
  if (!stream) {
    stream = std::make_unique<HalfStream>(saw_syn ? isn + 1 : first_byte, saw_syn, policy);
  }
  return *stream;
}

void TcpHalf::take_syn(const Segment& segment) {
  saw_syn = true;
  isn = segment.sequence;
  on_syn = segment.payload_length();
  role = segment.has(tcp_flag::kAck) ? Role::server : Role::client;
}

void TcpHalf::take_fin(uint32_t seq_after_payload, int64_t reach) {
  if (exists) return stream_from(seq_after_payload).take_fin(seq_after_payload, reach);
  bare_fin = true;
}

bool TcpHalf::syn_is_answered_by(const Segment& segment) const {
  if (!saw_syn || !segment.has(tcp_flag::kAck)) return false;
  const uint64_t sent = stream ? std::min(stream->length(), kMostOnSyn) : on_syn;
  return segment.acknowledgement - (isn + 1) <= sent;
}

bool TcpHalf::expects(uint32_t seq) const {
  if (stream) return stream->expects(seq);
  return saw_syn && (seq == isn + 1 || seq == isn);
}

void TcpHalf::describe(HalfRecord& record) const {
  record.exists = exists;
  record.info.flow_number = flow_number;
  record.info.start = start;
  record.info.link = link;
  record.info.role = role;
  record.last = last;
  record.packets = packets;
  record.wire_bytes = wire_bytes;
  record.captured_bytes = captured_bytes;
  record.violations = syns_with_data;
  const auto suspects = [&record](Suspect why) -> uint64_t& {
    return record.suspects[static_cast<size_t>(why)];
  };
  suspects(Suspect::reset_in_window) = resets_ignored_near;
  suspects(Suspect::reset_out_of_window) = resets_ignored_far;
  suspects(Suspect::syn_repeated) = syns_ignored;
  suspects(Suspect::data_after_reset) = data_after_reset;
  suspects(Suspect::data_on_reset) = data_on_reset;
  suspects(Suspect::no_ack_flag) = without_ack;
  suspects(Suspect::data_on_syn) = syns_with_data;
  suspects(Suspect::fragment_conflict) = fragments_disagreed;
  if (stream) stream->describe(record);
  record.conflict_count += fragment_conflicts;
  record.conflict_bytes += fragment_conflict_bytes;
}

}  // namespace tcpflow
