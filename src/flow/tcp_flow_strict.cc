// --strict: what a flow leaves out, and what it keeps until it is known whether to leave it out.
#include <algorithm>
#include <utility>

#include "flow/tcp_flow.h"

namespace tcpflow {

std::optional<Suspect> TcpFlow::objection(const Arrival& arrival) const {
  const std::optional<Suspect> why = endpoint_->objection_to_form(arrival);
  if (why) return why;
  // Another connection's segments, or those that prove one, follow other numbers.
  const Verdict verdict = judge(arrival);
  if (verdict == Verdict::take && is_late_answer(arrival)) return Suspect::syn_repeated;
  if (verdict != Verdict::take && verdict != Verdict::jump) return std::nullopt;
  return endpoint_->objection_to_place(arrival);
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
  const bool may_be_missed = why == Suspect::ack_of_unsent && s.payload_length() > 0;
  const bool keeps = may_be_missed && judge(arrival) == Verdict::take;
  if (keeps || half(arrival.from).exists) count(arrival);
  endpoint_->leave_out(arrival, why);
  if (keeps) keep(arrival);
  settle();
}

// What a host has not taken yet, or never takes, is no part of its stream.
bool TcpFlow::endpoint_uses_payload(const Arrival& arrival) const {
  const TcpHalf& mine = half(arrival.from);
  if (is_syn(arrival.segment)) return mine.has_data();  // else it waits for the answer
  return !mine.stream || !mine.stream->is_past_fin(arrival.segment.sequence);
}

void TcpFlow::observe(const Arrival& arrival) {
  const Segment& s = arrival.segment;
  const TcpHalf& mine = half(arrival.from);
  settle_kept(arrival);
  endpoint_->learn(arrival);
  const bool is_late = mine.stream && mine.stream->is_past_fin(s.sequence);
  if (brings_data(s) && is_late) endpoint_->note(arrival.from, Suspect::data_after_fin);
  if (is_syn(s) && s.payload_length() > 0 && !mine.has_data()) keep(arrival);
}

void TcpFlow::keep(const Arrival& arrival) {
  take_kept(arrival.from);
  std::unique_ptr<KeptSegment>& kept = endpoint_->kept(arrival.from);
  kept = std::make_unique<KeptSegment>(arrival.segment, arrival.packet, arrival.from);
  context_.held_total += kept->cost();
}

std::unique_ptr<KeptSegment> TcpFlow::take_kept(Direction from) {
  std::unique_ptr<KeptSegment> kept = std::move(endpoint_->kept(from));
  if (kept) context_.held_total -= kept->cost();
  return kept;
}

// Does what a segment means for those that were kept, before it is used itself.
void TcpFlow::settle_kept(const Arrival& arrival) {
  for (const Direction d : {Direction::originator, Direction::responder}) {
    if (!endpoint_->kept(d)) continue;
    const std::optional<uint32_t> taken = endpoint_->taken_of_kept(d, arrival);
    if (!taken) continue;
    const std::unique_ptr<KeptSegment> kept = take_kept(d);
    if (*taken > 0) use_kept(*kept, *taken);
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
  endpoint_->take_back(kept.from, Suspect::ack_of_unsent);
  const Arrival arrival{s, kept.packet, sender_is_low, kept.from};
  endpoint_->learn(arrival);
  apply(arrival);
}

// Nothing more will tell. Where nothing spoke against a segment, the capture is likely to lack what
// it acknowledges; payload of a SYN that nobody acknowledged is likely to have been ignored.
void TcpFlow::use_doubted(Direction from) {
  const std::unique_ptr<KeptSegment> kept = take_kept(from);
  if (kept && !is_syn(kept->segment)) use_kept(*kept, kept->segment.payload_length());
}

void TcpFlow::use_all_doubted() {
  for (const Direction d : {Direction::originator, Direction::responder}) use_doubted(d);
}

}  // namespace tcpflow
