#include "flow/udp_flow.h"

#include <algorithm>

namespace tcpflow {

UdpFlow::UdpFlow(FlowContext& context, const KeyedSender& sender, const FlowBirth& birth)
    : context_(context),
      key_(sender),
      birth_(birth),
      audience_(context.factories),
      originator_is_low_(sender.sender_is_low) {}

UdpFlow::~UdpFlow() {
  for (const Half& half : halves_) {
    if (half.exists) context_.links.release(half.link);
  }
}

HalfNotes& UdpFlow::Half::more() {
  if (!notes) notes = std::make_unique<HalfNotes>();
  return *notes;
}

void UdpFlow::take(const Datagram& datagram, PacketRef packet, bool sender_is_low) {
  const Direction from = direction_of(sender_is_low);
  Half& half = halves_[index_of(from)];
  count(half, datagram, packet);
  const bool is_empty = datagram.payload.empty() && datagram.missing == 0;
  if (is_empty) return;
  if (!audience_.knows(from)) audience_.start_half(*this, from, half_info(from));
  if (datagram.conflicts.any()) take_conflicts(from, datagram);
  if (!datagram.payload.empty()) {
    audience_.take_bytes(from, half.next, datagram.payload, packet);
    half.next += datagram.payload.size();
    context_.counters.add_delivered(datagram.payload.size());
  }
  if (datagram.missing > 0) add_gap(from, datagram.missing);
}

void UdpFlow::count(Half& half, const Datagram& datagram, PacketRef packet) {
  FlowCounters& totals = context_.counters;
  if (!half.exists) {
    half.exists = true;
    half.flow_number = context_.add_half();
    if (context_.numbers.is_shared()) context_.unsettled.push_back(this);
    half.start = packet.time;
    half.link = context_.links.use(datagram.link);
    tell_start(half);
  }
  ++half.packets;
  half.wire_bytes += datagram.frame->original_length;
  half.captured_bytes += datagram.frame->bytes.size();
  half.last = packet.time;
  ++totals.packets;
  if (datagram.conflicts.any()) half.more().add_fragment_conflicts(*datagram.conflicts.found);
}

// The first half to appear is the originator's.
void UdpFlow::tell_start(const Half& half) {
  const Direction from = Direction::originator;
  if (context_.facts == nullptr || &half != &halves_[index_of(from)]) return;
  context_.facts->on_flow_start(info(), half_info(from));
}

// Those in the payload that is about to be delivered.
void UdpFlow::take_conflicts(Direction from, const Datagram& datagram) {
  Half& half = halves_[index_of(from)];
  for (StreamConflict conflict : conflicts_within(datagram.conflicts, datagram.payload.size())) {
    conflict.offset += half.next;
    half.more().add_conflict(conflict, context_.options.flow.conflicts_recorded, context_.lists);
    if (context_.options.keep_alternatives) audience_.take_conflict(from, conflict);
  }
}

// The rest of a datagram that a snap length cut.
void UdpFlow::add_gap(Direction from, uint64_t length) {
  Half& half = halves_[index_of(from)];
  half.more().add_gap({half.next, length, GapReason::snap_length},
                      context_.options.flow.gaps_recorded, context_.lists);
  context_.counters.add_missing(GapReason::snap_length, length);
  audience_.take_gap(from, half.next, length, GapReason::snap_length);
  half.next += length;
}

HalfInfo UdpFlow::half_info(Direction from) const {
  const bool low_sends = (from == Direction::originator) == originator_is_low_;
  const Half& half = halves_[index_of(from)];
  const FlowKey key = key_.key();
  HalfInfo info;
  info.flow_number = half.flow_number;
  info.source = low_sends ? key.low : key.high;
  info.destination = low_sends ? key.high : key.low;
  info.source_port = low_sends ? key.low_port : key.high_port;
  info.destination_port = low_sends ? key.high_port : key.low_port;
  info.start = half.start;
  if (half.exists) info.link = context_.links[half.link];
  if (key_.path() != nullptr) info.encapsulation = key_.path()->text();
  info.role = from == Direction::originator ? Role::client : Role::server;
  info.transport = Transport::udp;
  return info;
}

// Gives back what its lists took.
HalfRecord UdpFlow::record_of(Direction from) const {
  const Half& half = halves_[index_of(from)];
  HalfRecord record;
  record.exists = half.exists;
  record.info = half_info(from);
  record.last = half.last;
  record.packets = half.packets;
  record.wire_bytes = half.wire_bytes;
  record.captured_bytes = half.captured_bytes;
  record.stream_bytes = half.next;
  if (half.notes) {
    context_.lists.give_back(half.notes->listed_cost());
    half.notes->describe(record);
  }
  return record;
}

void UdpFlow::settle_numbers(const FlowNumbers& numbers) {
  birth_.session = numbers.settled(birth_.session);
  for (Half& half : halves_) half.flow_number = numbers.settled(half.flow_number);
}

void UdpFlow::close() {
  for (const Direction from : {Direction::originator, Direction::responder}) {
    if (halves_[index_of(from)].exists) context_.halves_open.add(-1, context_.now);
    audience_.end_half(from, HalfEnd::open);
  }
}

FlowRecord UdpFlow::describe(FlowEnd why) {
  FlowRecord record;
  record.info = info();
  record.end = why;
  for (const Direction from : {Direction::originator, Direction::responder}) {
    record.half(from) = record_of(from);
  }
  audience_.end(why, record);
  return record;
}

}  // namespace tcpflow
