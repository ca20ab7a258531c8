#include "flow/tcp_half.h"

#include <algorithm>

namespace tcpflow {
namespace {

// Payload that a SYN can bring (RFC 7413).
constexpr uint64_t kMostOnSyn = 64 * 1024;

// True if the counter came round.
bool add_to(uint32_t& counter, uint32_t more) {
  counter += more;
  return counter < more;
}

}  // namespace

void TcpHalf::appear(LinkBook::Number on, PacketRef packet, uint64_t number) {
  exists = true;
  flow_number = number;
  start = packet.time;
  link = on;
}

void TcpHalf::begin_with(const BareSyn& syn, LinkBook::Number on) {
  appear(on, syn.packet, syn.flow_number);
  last = syn.packet.time;
  packets_ = 1;
  wire_bytes_ = syn.wire_length;
  note_cut_off(syn.wire_length, syn.captured_length);
  saw_syn = true;
  isn = syn.isn;
  role = Role::client;
}

void TcpHalf::count(const Segment& segment, PacketRef packet) {
  const Frame& frame = *segment.frame;
  if (add_to(packets_, 1)) ++stream_.notes().packets_rounds;
  if (add_to(wire_bytes_, frame.original_length)) ++stream_.notes().wire_rounds;
  note_cut_off(frame.original_length, frame.bytes.size());
  last = packet.time;
  if (segment.conflicts.any()) stream_.notes().add_fragment_conflicts(*segment.conflicts.found);
}

// A frame may also say that it is shorter than what was captured of it.
void TcpHalf::note_cut_off(uint32_t original, uint64_t captured) {
  if (captured == original) return;
  stream_.notes().cut_off += static_cast<int64_t>(original) - static_cast<int64_t>(captured);
}

HalfStream& TcpHalf::stream_from(uint32_t first_byte) {
  if (!stream_.has_begun()) stream_.begin(saw_syn ? isn + 1 : first_byte, saw_syn, policy);
  return stream_;
}

void TcpHalf::note_data_on_syn() {
  stream_.note(Suspect::data_on_syn);
  ++stream_.notes().violations;
}

void TcpHalf::take_syn(const Segment& segment) {
  saw_syn = true;
  isn = segment.sequence;
  if (segment.payload_length() > 0) stream_.notes().on_syn = segment.payload_length();
  role = segment.has(tcp_flag::kAck) ? Role::server : Role::client;
}

void TcpHalf::take_fin(uint32_t seq_after_payload, int64_t reach) {
  if (exists) return stream_from(seq_after_payload).take_fin(seq_after_payload, reach);
  bare_fin = true;
}

bool TcpHalf::syn_is_answered_by(const Segment& segment) const {
  if (!saw_syn || !segment.has(tcp_flag::kAck)) return false;
  const uint64_t sent =
      stream() != nullptr ? std::min(stream_.length(), kMostOnSyn) : stream_.octets_on_syn();
  return segment.acknowledgement - (isn + 1) <= sent;
}

bool TcpHalf::expects(uint32_t seq) const {
  if (stream() != nullptr) return stream_.expects(seq);
  return saw_syn && (seq == isn + 1 || seq == isn);
}

void TcpHalf::describe(HalfRecord& record) const {
  record.exists = exists;
  record.info.flow_number = flow_number;
  record.info.start = start;
  record.info.role = role;
  record.last = last;
  record.packets = packets_;
  record.wire_bytes = wire_bytes_;
  record.captured_bytes = wire_bytes_;
  stream_.describe(record);
}

}  // namespace tcpflow
