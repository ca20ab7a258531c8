#include "flow/tcp_flow.h"

#include <algorithm>
#include <cassert>
#include <cstdlib>
#include <utility>

namespace tcpflow {
namespace {

// Sequence space in which a RST counts as near the stream, and data as belonging to a SYN before
// it.
constexpr int32_t kNearWindow = 1 << 16;
// A segment closer than this to the end of the current stream is not taken for a straggler.
constexpr int64_t kCurrentReach = 1 << 20;

int32_t distance(uint32_t to, uint32_t from) { return static_cast<int32_t>(to - from); }

uint32_t first_payload_byte(const Segment& s) { return s.sequence + (is_syn(s) ? 1 : 0); }

}  // namespace

// Ordered bytes of one half on their way to the consumers.
class TcpFlow::Sink : public OrderedSink {
 public:
  Sink(TcpFlow& flow, Direction from) : flow_(flow), from_(from) {}
  void on_bytes(uint64_t offset, Bytes bytes, PacketRef packet) override {
    flow_.deliver(from_, offset, bytes, packet);
  }
  void on_gap(uint64_t offset, uint64_t length, GapReason why) override {
    flow_.deliver_gap(from_, offset, length, why);
  }

 private:
  TcpFlow& flow_;
  Direction from_;
};

TcpFlow::TcpFlow(FlowContext& context, const KeyedSender& sender, uint64_t id, uint64_t session)
    : context_(context),
      key_(sender.key),
      info_{id, session},
      originator_is_low_(sender.sender_is_low) {}

TcpFlow::~TcpFlow() = default;

HalfStream::Env TcpFlow::env(Sink& sink) {
  return {sink, context_.retired, context_.options.stream, context_.held_total,
          context_.counters.held_limit_hits};
}

bool opens_flow(const Segment& segment) { return is_syn(segment) || !segment.payload.empty(); }

// ---- what a segment means ------------------------------------------------------------------

Verdict TcpFlow::judge(const Arrival& arrival) const {
  const Segment& s = arrival.segment;
  if (doubtful_syn_ && confirms_doubtful_syn(arrival)) return Verdict::confirms_syn;
  if (is_syn(s)) return judge_syn(arrival);
  if (s.payload_length() == 0) return Verdict::take;
  if (prior_ && is_straggler(arrival)) return Verdict::straggler;
  const TcpHalf& mine = half(arrival.from);
  int64_t jump = 0;
  if (mine.stream && mine.has_data()) {
    jump = mine.stream->jump_to(s.sequence);
  } else if (mine.saw_syn) {
    jump = distance(s.sequence, mine.isn + 1);
  }
  return std::llabs(jump) > context_.options.max_jump ? Verdict::jump : Verdict::take;
}

Verdict TcpFlow::judge_syn(const Arrival& arrival) const {
  const Segment& s = arrival.segment;
  const TcpHalf& mine = half(arrival.from);
  const TcpHalf& other = half(opposite(arrival.from));
  if (mine.saw_syn && mine.isn == s.sequence) {
    return mine.has_data() ? Verdict::repeated_syn : Verdict::take;
  }
  const bool answers_syn =
      other.saw_syn && s.has(tcp_flag::kAck) && s.acknowledgement == other.isn + 1;
  if (!mine.exists && (answers_syn || !other.exists)) return Verdict::take;
  if (answers_syn && !mine.has_data()) return Verdict::take;  // two servers answer one SYN
  if (mine.exists && !mine.saw_syn && mine.stream && !anything_closed()) {
    const int32_t before = -distance(s.sequence + 1, mine.stream->first_byte());
    if (mine.stream->starting() || before == 0) {
      return std::abs(before) <= kNearWindow ? Verdict::take : Verdict::new_connection;
    }
  }
  if (anything_closed()) return Verdict::new_connection;
  if (!mine.exists) {
    const bool begins_anew = !s.has(tcp_flag::kAck) && other.has_data() && !other.saw_syn;
    return begins_anew ? Verdict::new_connection : Verdict::take;
  }
  return Verdict::doubtful_syn;
}

// The peer acknowledged the remembered SYN, or its sender goes on in its sequence space (design
// rule 8).
bool TcpFlow::confirms_doubtful_syn(const Arrival& arrival) const {
  const Segment& s = arrival.segment;
  const uint32_t first = doubtful_syn_->segment.sequence + 1;
  if (arrival.from != doubtful_syn_->from) {
    return is_syn(s) && s.has(tcp_flag::kAck) && s.acknowledgement == first;
  }
  if (s.payload_length() == 0 || is_syn(s)) return false;
  const TcpHalf& mine = half(arrival.from);
  const int64_t from_old = mine.stream ? std::llabs(mine.stream->jump_to(s.sequence))
                                       : std::abs(distance(s.sequence, mine.isn + 1));
  if (s.sequence == first) return from_old != 0;
  const int32_t into_new = distance(s.sequence, first);
  return into_new > 0 && into_new <= kNearWindow && from_old > kCurrentReach;
}

bool TcpFlow::is_straggler(const Arrival& arrival) const {
  const Segment& s = arrival.segment;
  const bool low_sends = (arrival.from == Direction::originator) == originator_is_low_;
  const PriorConnection::Span& span = prior_->by_low_sender[low_sends];
  if (!span.known) return false;
  const int32_t from = distance(s.sequence, span.first);
  const int32_t past = distance(span.end, s.sequence + s.payload_length());
  if (from < 0 || past < 0) return false;
  const TcpHalf& mine = half(arrival.from);
  if (!mine.exists) return true;
  const int64_t away =
      mine.stream ? mine.stream->jump_to(s.sequence) : int64_t{distance(s.sequence, mine.isn + 1)};
  return std::llabs(away) > kCurrentReach || (mine.saw_syn && away < 0 && !mine.has_data());
}

bool TcpFlow::anything_closed() const {
  for (const TcpHalf& h : halves_) {
    if (h.saw_fin || h.reset) return true;
  }
  return false;
}

void TcpFlow::remember_doubtful_syn(const Arrival& arrival) {
  ++half_of(arrival.from).syns_ignored;
  auto kept = std::make_unique<DoubtfulSyn>();
  kept->segment = arrival.segment;
  kept->frame = *arrival.segment.frame;
  kept->payload.assign(arrival.segment.payload.begin(), arrival.segment.payload.end());
  kept->packet = arrival.packet;
  kept->from = arrival.from;
  kept->segment.frame = &kept->frame;
  kept->segment.payload = kept->payload;
  doubtful_syn_ = std::move(kept);
}

// ---- taking it -----------------------------------------------------------------------------

void TcpFlow::take(const Arrival& arrival) {
  const Segment& s = arrival.segment;
  TcpHalf& mine = half_of(arrival.from);
  TcpHalf& other = half_of(opposite(arrival.from));
  count(arrival);
  if (is_syn(s)) take_syn(arrival);
  const bool reset = s.has(tcp_flag::kRst);
  const bool reset_counts = reset && accepts_reset(arrival);
  const bool is_repeated_syn = is_syn(s) && mine.saw_syn && mine.has_data();
  const bool payload_counts = !is_repeated_syn && (!reset || reset_counts || !mine.has_data());
  if (s.payload_length() > 0 && mine.exists && payload_counts) take_payload(arrival);
  if (s.has(tcp_flag::kFin) && mine.exists && !reset) {
    mine.saw_fin = true;
    const uint32_t end = first_payload_byte(s) + s.payload_length();
    mine.stream_from(end).take_fin(end);
  }
  if (s.has(tcp_flag::kAck)) {
    mine.saw_ack = true;
    mine.last_ack = s.acknowledgement;
    if (other.stream) other.stream->take_ack(s.acknowledgement);
  }
  if (reset && reset_counts) {
    mine.reset = true;
  } else if (reset) {
    take_reset(arrival);
  }
  settle(arrival.packet.time);
}

void TcpFlow::count(const Arrival& arrival) {
  TcpHalf& mine = half_of(arrival.from);
  if (!mine.exists && context_.opens_flows && opens_flow(arrival.segment)) {
    FlowCounters& totals = context_.counters;
    mine.appear(arrival.segment, arrival.packet, totals.halves++);
    totals.most_halves_open = std::max(totals.most_halves_open, ++totals.halves_open);
  }
  if (!mine.exists) return;
  mine.count(arrival.segment, arrival.packet);
  ++context_.counters.packets;
}

void TcpFlow::take_syn(const Arrival& arrival) {
  TcpHalf& mine = half_of(arrival.from);
  if (arrival.segment.payload_length() > 0 && !mine.has_data()) ++mine.syns_with_data;
  if (mine.saw_syn) {
    // Of several answers to one SYN the one that its sender acknowledges counts, until then the
    // last.
    const TcpHalf& other = half(opposite(arrival.from));
    const bool settled = mine.stream || (other.saw_ack && other.last_ack == mine.isn + 1);
    if (!settled) mine.isn = arrival.segment.sequence;
    return;
  }
  if (mine.stream) {
    Sink sink(*this, arrival.from);
    if (!mine.stream->take_late_syn(arrival.segment.sequence + 1, env(sink))) return;
  }
  mine.take_syn(arrival.segment);
}

void TcpFlow::take_payload(const Arrival& arrival) {
  const Segment& s = arrival.segment;
  TcpHalf& mine = half_of(arrival.from);
  if (mine.reset) ++mine.data_after_reset;
  const uint32_t first = first_payload_byte(s);
  Sink sink(*this, arrival.from);
  mine.stream_from(first).take_payload({first, s.payload, s.missing, arrival.packet}, env(sink));
}

// RFC 5961, 3.2: a RST counts only at exactly the next sequence number. What the receiver waits for
// is told by its last acknowledgement, or by how far the capture has seen the stream.
bool TcpFlow::accepts_reset(const Arrival& arrival) const {
  const Segment& s = arrival.segment;
  const TcpHalf& mine = half(arrival.from);
  const TcpHalf& other = half(opposite(arrival.from));
  if (other.saw_ack && other.last_ack == s.sequence) return true;
  if (mine.exists) return mine.expects(s.sequence);
  // The answer to a SYN (RFC 9293, 3.10.7.3): it must acknowledge it.
  return other.saw_syn && s.has(tcp_flag::kAck) && s.acknowledgement == other.isn + 1;
}

// A reset that does not count.
void TcpFlow::take_reset(const Arrival& arrival) {
  TcpHalf& mine = half_of(arrival.from);
  const uint32_t next = mine.stream ? mine.stream->next_sequence() : mine.isn + 1;
  const bool near = mine.exists && std::abs(distance(arrival.segment.sequence, next)) < kNearWindow;
  ++(near ? mine.resets_ignored_near : mine.resets_ignored_far);
}

void TcpFlow::settle(Timestamp now) {
  for (const Direction d : {Direction::originator, Direction::responder}) {
    TcpHalf& h = half_of(d);
    if (!h.stream || !h.stream->waits() || half_ended_[index_of(d)]) continue;
    Sink sink(*this, d);
    h.stream->settle(now, env(sink));
  }
}

bool TcpFlow::is_over() const {
  const TcpHalf& a = halves_[0];
  const TcpHalf& b = halves_[1];
  if (a.reset || b.reset) return true;
  const auto done = [](const TcpHalf& h) { return h.is_closed() || (!h.exists && !h.saw_ack); };
  return (a.is_closed() || b.is_closed()) && done(a) && done(b);
}

// ---- telling consumers ---------------------------------------------------------------------

void TcpFlow::start_consumers(Direction from) {
  if (!consumers_made_) {
    consumers_made_ = true;
    for (ConsumerFactory* factory : context_.factories) {
      consumers_.push_back(factory->create());
      consumers_.back()->on_start(info_);
    }
  }
  half_of(from).started = true;
  for (const auto& consumer : consumers_) consumer->on_half_start(from, info_of(from));
}

void TcpFlow::deliver(Direction from, uint64_t offset, Bytes bytes, PacketRef packet) {
  if (!half_of(from).started) start_consumers(from);
  for (const auto& consumer : consumers_) consumer->on_bytes(from, offset, bytes, packet);
}

void TcpFlow::deliver_gap(Direction from, uint64_t offset, uint64_t length, GapReason why) {
  half_of(from).stream->note_gap(offset, length, why, context_.options.flow.gaps_recorded);
  if (!half_of(from).started) start_consumers(from);
  for (const auto& consumer : consumers_) consumer->on_gap(from, offset, length, why);
}

HalfInfo TcpFlow::info_of(Direction from) const {
  const bool low_sends = (from == Direction::originator) == originator_is_low_;
  const TcpHalf& h = half(from);
  HalfInfo info;
  info.flow_number = h.flow_number;
  info.source = low_sends ? key_.low : key_.high;
  info.destination = low_sends ? key_.high : key_.low;
  info.source_port = low_sends ? key_.low_port : key_.high_port;
  info.destination_port = low_sends ? key_.high_port : key_.low_port;
  info.start = h.start;
  info.link = h.link;
  info.role = h.role;
  return info;
}

HalfEnd TcpFlow::end_of(Direction from) const {
  const TcpHalf& h = half(from);
  if (cut_[index_of(from)]) return HalfEnd::jump;
  if (h.reset) return HalfEnd::reset;
  if (!h.saw_fin) return HalfEnd::open;
  HalfRecord record;
  h.describe(record);
  return record.gap_count == 0 ? HalfEnd::fin : HalfEnd::fin_gap;
}

void TcpFlow::end_half(Direction from) {
  if (std::exchange(half_ended_[index_of(from)], true)) return;
  TcpHalf& h = half_of(from);
  if (h.stream) {
    Sink sink(*this, from);
    h.stream->finish(env(sink));
  }
  if (!h.started) return;
  const HalfEnd why = end_of(from);
  for (const auto& consumer : consumers_) consumer->on_half_end(from, why);
}

void TcpFlow::cut_half(Direction from) {
  cut_[index_of(from)] = true;
  end_half(from);
}

FlowRecord TcpFlow::end(FlowEnd why) {
  FlowRecord record;
  record.info = info_;
  record.end = why;
  for (const Direction d : {Direction::originator, Direction::responder}) {
    end_half(d);
    HalfRecord& told = record.half(d);
    told.info = info_of(d);
    half_of(d).describe(told);
    told.end = end_of(d);
  }
  for (const auto& consumer : consumers_) consumer->on_end(why, record);
  consumers_.clear();
  return record;
}

PriorConnection TcpFlow::as_prior() const {
  PriorConnection prior;
  for (const Direction d : {Direction::originator, Direction::responder}) {
    const TcpHalf& h = half(d);
    if (!h.has_data()) continue;
    const bool low_sends = (d == Direction::originator) == originator_is_low_;
    prior.by_low_sender[low_sends] = {true, h.stream->lowest_sequence(),
                                      h.stream->highest_sequence()};
  }
  return prior;
}

void TcpFlow::set_prior(PriorConnection prior) {
  prior_ = std::make_unique<PriorConnection>(prior);
}

}  // namespace tcpflow
