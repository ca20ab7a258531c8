// --strict: what a flow leaves out, and what it keeps until it is known whether to leave it out.
#include <algorithm>
#include <utility>

#include "flow/tcp_flow.h"

namespace tcpflow {

namespace {

// A later acknowledgement can show that the segment was taken in spite of it.
bool may_be_missed(Suspect why) {
  return why == Suspect::ack_of_unsent || why == Suspect::old_ack ||
         why == Suspect::beyond_window || why == Suspect::old_timestamp;
}

}  // namespace

std::optional<Suspect> TcpFlow::objection(const Arrival& arrival) const {
  const Segment& s = arrival.segment;
  const std::optional<Suspect> why = endpoint()->objection_to_form(arrival);
  if (why) return why;
  // Another connection's segments, or those that prove one, follow other numbers.
  const Verdict verdict = judge(arrival);
  if (verdict == Verdict::take && is_late_answer(arrival)) return Suspect::syn_repeated;
  if (verdict != Verdict::take && verdict != Verdict::jump) return std::nullopt;
  const bool is_repeat =
      endpoint()->has_acknowledged(arrival.from, s) && fills_hole(arrival.from, s);
  return endpoint()->objection_to_place(arrival, is_repeat);
}

// Delivered and held bytes stay as they are, whatever it brings.
bool TcpFlow::fills_hole(Direction from, const Segment& segment) const {
  const TcpHalf& mine = half(from);
  if (segment.payload_length() == 0) return false;
  if (mine.stream()) return mine.stream()->lacks(segment.sequence, segment.payload_length());
  return mine.saw_syn && sequence_distance(segment.sequence, mine.isn + 1) >= 0;
}

// A SYN with another number than the one that the other side has acknowledged.
bool TcpFlow::is_late_answer(const Arrival& arrival) const {
  const Segment& s = arrival.segment;
  const TcpHalf& mine = half(arrival.from);
  const TcpHalf& other = half(opposite(arrival.from));
  if (!is_syn(s) || !mine.saw_syn || mine.isn == s.sequence) return false;
  return other.saw_ack && other.last_ack == mine.isn + 1;
}

void TcpFlow::leave_out(const Arrival& arrival, Suspect why) {
  const Segment& s = arrival.segment;
  const bool keeps =
      may_be_missed(why) && s.payload_length() > 0 && judge(arrival) == Verdict::take;
  if (keeps || half(arrival.from).exists) count(arrival);
  // Each side may acknowledge what the capture lacks of the other.
  if (why == Suspect::ack_of_unsent) settle_kept(opposite(arrival.from), arrival, true);
  endpoint()->leave_out(arrival, why);
  if (keeps) keep(arrival, why);
  settle();
}

// What a host has not taken yet, or never takes, is no part of its stream.
bool TcpFlow::endpoint_uses_payload(const Arrival& arrival) const {
  const TcpHalf& mine = half(arrival.from);
  if (is_syn(arrival.segment)) return mine.has_data();  // else it waits for the answer
  return !mine.stream() || !mine.stream()->is_past_fin(arrival.segment.sequence);
}

void TcpFlow::observe(const Arrival& arrival) {
  const Segment& s = arrival.segment;
  const TcpHalf& mine = half(arrival.from);
  for (const Direction d : {Direction::originator, Direction::responder}) {
    settle_kept(d, arrival, false);
  }
  endpoint()->learn(arrival);
  if (s.has(tcp_flag::kAck)) settle_acknowledged(opposite(arrival.from));
  const bool is_late = mine.stream() && mine.stream()->is_past_fin(s.sequence);
  if (brings_data(s) && is_late) endpoint()->note(arrival.from, Suspect::data_after_fin);
  if (is_syn(s) && s.payload_length() > 0 && !mine.has_data()) {
    keep(arrival, Suspect::data_on_syn);
  }
}

void TcpFlow::keep(const Arrival& arrival, Suspect why) {
  make_room_to_keep(arrival);
  auto kept = std::make_unique<KeptSegment>(arrival.segment, arrival.packet, arrival.from);
  kept->why = why;
  kept->needs_proof = why != Suspect::data_on_syn && why != Suspect::ack_of_unsent;
  context_.held_total += kept->cost();
  endpoint()->kept(arrival.from).push_back(std::move(kept));
}

// A SYN takes the place of one before it. Past the limit the oldest has to do without proof.
void TcpFlow::make_room_to_keep(const Arrival& arrival) {
  EndpointView::KeptSegments& kept = endpoint()->kept(arrival.from);
  for (size_t i = 0; is_syn(arrival.segment) && i < kept.size();) {
    if (is_syn(kept[i]->segment)) {
      take_kept(arrival.from, i);
    } else {
      ++i;
    }
  }
  if (kept.size() < EndpointView::kMostKept) return;
  const std::unique_ptr<KeptSegment> oldest = take_kept(arrival.from, 0);
  if (!oldest->needs_proof && !is_syn(oldest->segment))
    use_kept(*oldest, oldest->segment.payload_length());
}

std::unique_ptr<KeptSegment> TcpFlow::take_kept(Direction from, size_t at) {
  EndpointView::KeptSegments& all = endpoint()->kept(from);
  std::unique_ptr<KeptSegment> kept = std::move(all[at]);
  all.erase(all.begin() + static_cast<std::ptrdiff_t>(at));
  context_.held_total -= kept->cost();
  return kept;
}

// Does what a segment means for those that were kept of a half, before it is used itself. If it is
// doubted itself, it speaks for them only. What one speaks against, which may be out of order, goes
// unless the receiver has it in the end.
void TcpFlow::settle_kept(Direction from, const Arrival& next, bool is_doubted) {
  const EndpointView::KeptSegments& all = endpoint()->kept(from);
  for (size_t i = 0; i < all.size();) {
    std::optional<uint32_t> taken;
    if (!all[i]->needs_proof) taken = EndpointView::taken_of_kept(*all[i], next);
    if (!taken || (is_doubted && *taken == 0)) {
      ++i;
      continue;
    }
    if (*taken == 0 && !is_syn(all[i]->segment)) {
      all[i++]->needs_proof = true;
      continue;
    }
    const std::unique_ptr<KeptSegment> kept = take_kept(from, i);
    if (*taken > 0) use_kept(*kept, *taken);
  }
}

// The same for those that need an acknowledgement, once it is known. A copy that nobody doubts goes
// before them.
void TcpFlow::settle_acknowledged(Direction from) {
  const EndpointView::KeptSegments& all = endpoint()->kept(from);
  for (size_t i = 0; i < all.size();) {
    if (!all[i]->needs_proof || !endpoint()->has_acknowledged(from, all[i]->segment)) {
      ++i;
      continue;
    }
    const std::unique_ptr<KeptSegment> kept = take_kept(from, i);
    if (!fills_hole(from, kept->segment)) continue;
    kept->segment.flags &= static_cast<uint8_t>(~tcp_flag::kAck);  // what it says is long over
    use_kept(*kept, kept->segment.payload_length());
  }
}

// Its receiver has taken the first `octets` of its payload. It was counted when it came.
void TcpFlow::use_kept(KeptSegment& kept, uint32_t octets) {
  Segment& s = kept.segment;
  const auto captured = static_cast<uint32_t>(s.payload.size());
  s.payload = context_.retired.keep(std::move(kept.payload)).first(std::min(octets, captured));
  s.missing = octets - static_cast<uint32_t>(s.payload.size());
  const bool sender_is_low = (kept.from == Direction::originator) == originator_is_low_;
  if (is_syn(s)) {
    ++s.sequence;
    s.flags = tcp_flag::kPsh;
    return apply({s, kept.packet, sender_is_low, kept.from});
  }
  endpoint()->take_back(kept.from, kept.why);
  const Arrival arrival{s, kept.packet, sender_is_low, kept.from};
  endpoint()->learn(arrival);
  apply(arrival);
}

// Nothing more will tell. Where nothing spoke against a segment, the capture is likely to lack what
// it acknowledges; payload of a SYN that nobody acknowledged is likely to have been ignored.
void TcpFlow::use_doubted(Direction from) {
  while (!endpoint()->kept(from).empty()) {
    const std::unique_ptr<KeptSegment> kept = take_kept(from, 0);
    if (!kept->needs_proof && !is_syn(kept->segment))
      use_kept(*kept, kept->segment.payload_length());
  }
}

void TcpFlow::use_all_doubted() {
  for (const Direction d : {Direction::originator, Direction::responder}) use_doubted(d);
}

// What nobody knows to be lost may lie in a segment that was left out.
bool TcpFlow::is_left_out(Direction from, const GapRecord& gap) const {
  if (gap.why != GapReason::not_captured && gap.why != GapReason::capture_drop) return false;
  return endpoint()->left_out(from, half(from).stream()->sequence_at(gap.offset), gap.length);
}

}  // namespace tcpflow
