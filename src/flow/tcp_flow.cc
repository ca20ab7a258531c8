#include "flow/tcp_flow.h"

#include <algorithm>
#include <cassert>
#include <cstdlib>
#include <utility>

#include "flow/reset_rule.h"

namespace tcpflow {
namespace {

// Sequence space in which a RST counts as near the stream.
constexpr int32_t kNearWindow = 1 << 16;
// Whatever -m says, so many bytes may be missing before a FIN.
constexpr int64_t kLeastFinReach = 1 << 20;
// Sets of VLANs remembered of a flow: more than routers make of a connection. A packet on a further
// one must fit by its sequence number.
constexpr size_t kMostVlans = 8;

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
  void on_conflict(const StreamConflict& conflict) override {
    flow_.deliver_conflict(from_, conflict);
  }

 private:
  TcpFlow& flow_;
  Direction from_;
};

TcpFlow::TcpFlow(FlowContext& context, const KeyedSender& sender, const LinkFacts& link,
                 const FlowBirth& birth)
    : originator_is_low_(sender.sender_is_low),
      context_(context),
      key_(sender),
      link_(context.links.use(link)),
      birth_(birth),
      audience_(context.factories) {
  if (context.options.strict) more().endpoint = std::make_unique<EndpointView>();
  for (const Direction d : {Direction::originator, Direction::responder}) {
    half_of(d).policy = context.options.overlap.find(destination_of(d));
  }
}

TcpFlow::~TcpFlow() {
  context_.links.release(link_);
  for (const TcpHalf& h : halves_) {
    if (h.exists) context_.links.release(h.link);
  }
}

HalfStream::Env TcpFlow::env(Sink& sink) {
  return {sink,
          context_.retired,
          context_.options.stream,
          context_.held_total,
          context_.windows_total,
          context_.counters.held_per_half_hits,
          context_.drops,
          context_.clock,
          context_.options.keep_alternatives ? context_.options.stream.delivered_window : 0};
}

void TcpFlow::begin_with(const BareSyn& syn) {
  half_of(direction_of(syn.sender_is_low)).begin_with(syn, context_.links.use(syn.link));
}

void TcpFlow::take(const Arrival& arrival) {
  assert(serves(arrival.from));
  count(arrival);
  if (lacks_ack(arrival.segment)) half_of(arrival.from).note(Suspect::no_ack_flag);
  if (endpoint()) observe(arrival);
  apply(arrival);
}

void TcpFlow::apply(const Arrival& arrival) {
  const Segment& s = arrival.segment;
  TcpHalf& mine = half_of(arrival.from);
  const bool repeats_syn = is_syn(s) && mine.saw_syn && mine.has_data();
  const bool is_reset = s.has(tcp_flag::kRst);
  const bool resets = is_reset && accepts_reset(arrival);
  const bool payload_counts = mine.exists && uses_payload(arrival) && !repeats_syn;
  if (is_syn(s)) take_syn(arrival);
  if (is_reset && s.payload_length() > 0) mine.note(Suspect::data_on_reset);
  const bool has_fin = s.has(tcp_flag::kFin) && !is_reset;
  // A host that comes to a FIN forgets what it held behind it.
  const bool fin_is_first = has_fin && endpoint() && mine.stream();
  if (fin_is_first) mine.take_fin(end_of_payload(s), reach_of_fin());
  if (s.payload_length() > 0 && payload_counts) take_payload(arrival);
  if (has_fin && !fin_is_first) mine.take_fin(end_of_payload(s), reach_of_fin());
  if (s.has(tcp_flag::kAck)) {
    mine.saw_ack = true;
    mine.last_ack = s.acknowledgement;
  }
  take_ack(arrival);
  if (resets) {
    mine.reset = true;
  } else if (is_reset) {
    ignore_reset(arrival);
  }
  settle();
  if (mine.stream() != nullptr && mine.stream()->has_fin()) tell_if_complete(arrival.from);
}

void TcpFlow::tell_if_complete(Direction from) {
  if (told_complete_[index_of(from)] || !half_of(from).stream()->is_complete()) return;
  told_complete_[index_of(from)] = true;
  audience_.complete_half(from);
}

// Before anything of the segment is taken. A RST whose half has sent nothing before does not begin
// a stream.
bool TcpFlow::uses_payload(const Arrival& arrival) const {
  const Segment& s = arrival.segment;
  if (s.payload_length() == 0) return true;
  if (endpoint() && !endpoint_uses_payload(arrival)) return false;
  if (!s.has(tcp_flag::kRst)) return true;
  return half(arrival.from).has_data() && accepts_reset(arrival);
}

// A FIN says where the stream ends, so one that is too far away for payload is not believed.
int64_t TcpFlow::reach_of_fin() const {
  return std::max(context_.options.max_jump, kLeastFinReach);
}

void TcpFlow::take_ack(const Arrival& arrival) {
  const Segment& s = arrival.segment;
  TcpHalf& other = half_of(opposite(arrival.from));
  if (s.has(tcp_flag::kAck) && other.stream()) other.stream()->take_ack(s.acknowledgement);
}

void TcpFlow::count(const Arrival& arrival) {
  TcpHalf& mine = half_of(arrival.from);
  if (!mine.exists && context_.opens_flows && opens_flow(arrival.segment)) {
    mine.appear(context_.links.use(arrival.segment.link), arrival.packet, context_.add_half());
    if (context_.numbers.is_shared()) context_.unsettled.push_back(this);
    const bool is_first = !half_of(opposite(arrival.from)).exists;
    if (is_first && context_.facts != nullptr)
      context_.facts->on_flow_start(info(), half_info(arrival.from));
  }
  if (!mine.exists) return;
  mine.count(arrival.segment, arrival.packet);
  ++context_.counters.packets;
}

void TcpFlow::take_syn(const Arrival& arrival) {
  const Segment& s = arrival.segment;
  TcpHalf& mine = half_of(arrival.from);
  TcpHalf& other = half_of(opposite(arrival.from));
  if (s.payload_length() > 0 && !mine.has_data()) mine.note_data_on_syn();
  // The same SYN again after a refusal is a new try.
  if (!s.has(tcp_flag::kAck) && !mine.has_data() && !other.has_data()) {
    mine.reset = other.reset = false;
  }
  if (mine.saw_syn) {
    // Of several answers to one SYN the one that its sender acknowledges counts, until then the
    // last.
    const bool settled = mine.stream() || (other.saw_ack && other.last_ack == mine.isn + 1);
    if (!settled) mine.isn = s.sequence;
    return;
  }
  if (mine.stream()) {
    Sink sink(*this, arrival.from);
    mine.stream()->take_late_syn(s.sequence + 1, env(sink));
  }
  mine.take_syn(s);
}

void TcpFlow::take_payload(const Arrival& arrival) {
  const Segment& s = arrival.segment;
  TcpHalf& mine = half_of(arrival.from);
  if (mine.reset) mine.note(Suspect::data_after_reset);
  const uint32_t first = first_payload_byte(s);
  Sink sink(*this, arrival.from);
  mine.stream_from(first).take_payload({first, s.payload, s.missing, arrival.packet, s.conflicts},
                                       env(sink));
}

// RFC 5961, 3.2: a RST counts only at exactly the next sequence number, but for hosts of some older
// kinds. What the receiver waits for is told by its last acknowledgement, or by how far the capture
// has seen the stream.
bool TcpFlow::accepts_reset(const Arrival& arrival) const {
  const Segment& s = arrival.segment;
  const TcpHalf& mine = half(arrival.from);
  const TcpHalf& other = half(opposite(arrival.from));
  if (other.saw_ack && other.last_ack == s.sequence) return true;
  if (mine.exists) return mine.expects(s.sequence) || is_in_reach_of_reset(arrival);
  // The answer to a SYN (RFC 9293, 3.10.7.3): it must acknowledge it.
  return other.saw_syn && s.has(tcp_flag::kAck) && s.acknowledgement == other.isn + 1;
}

bool TcpFlow::is_in_reach_of_reset(const Arrival& arrival) const {
  const TcpHalf& mine = half(arrival.from);
  const TcpHalf& other = half(opposite(arrival.from));
  const uint32_t here = arrival.segment.sequence;
  if (accepts_reset_at(mine.policy, sequence_distance(here, mine.next_sequence()))) return true;
  return other.saw_ack && accepts_reset_at(mine.policy, sequence_distance(here, other.last_ack));
}

void TcpFlow::ignore_reset(const Arrival& arrival) {
  TcpHalf& mine = half_of(arrival.from);
  const int32_t away = sequence_distance(arrival.segment.sequence, mine.next_sequence());
  const bool near = mine.exists && std::abs(away) < kNearWindow;
  mine.note(near ? Suspect::reset_in_window : Suspect::reset_out_of_window);
}

void TcpFlow::settle_halves() {
  for (const Direction d : {Direction::originator, Direction::responder}) {
    if (!half(d).waits()) continue;
    Sink sink(*this, d);
    half_of(d).stream()->settle(env(sink));
  }
}

std::optional<Timestamp> TcpFlow::waits_since(Direction from, Wait wait) const {
  const TcpHalf& h = half(from);
  return h.stream() ? h.stream()->waits_since(wait) : std::nullopt;
}

bool TcpFlow::holds() const {
  if (endpoint() && endpoint()->holds()) return true;
  return doubtful_syn() || waits();
}

bool TcpFlow::has_windows() const {
  const auto has_one = [](const TcpHalf& h) { return h.stream() && h.stream()->has_window(); };
  return has_one(halves_[0]) || has_one(halves_[1]);
}

void TcpFlow::drop_windows() {
  for (const Direction d : {Direction::originator, Direction::responder}) {
    HalfStream* const stream = half_of(d).stream();
    if (stream == nullptr) continue;
    Sink sink(*this, d);
    stream->drop_window(env(sink));
  }
}

void TcpFlow::give_up_held() {
  take_doubtful_syn();
  if (endpoint()) use_all_doubted();
  for (const Direction d : {Direction::originator, Direction::responder}) {
    HalfStream* const stream = half_of(d).stream();
    if (stream == nullptr) continue;
    Sink sink(*this, d);
    stream->give_up_all(GapReason::limit, env(sink));
  }
}

void TcpFlow::remember_doubtful_syn(const Arrival& arrival) {
  half_of(arrival.from).note(Suspect::syn_repeated);
  take_doubtful_syn();
  std::unique_ptr<KeptSegment>& kept = more().doubtful_syn;
  kept = std::make_unique<KeptSegment>(arrival.segment, arrival.packet, arrival.from);
  context_.held_total += kept->cost();
}

std::unique_ptr<KeptSegment> TcpFlow::take_doubtful_syn() {
  if (!doubtful_syn()) return nullptr;
  context_.held_total -= doubtful_syn()->cost();
  return std::move(extras_->doubtful_syn);
}

// A half that jumped away is no longer waited for.
bool TcpFlow::has_closed() const {
  const TcpHalf& a = halves_[0];
  const TcpHalf& b = halves_[1];
  if (a.reset || b.reset) return true;
  if (!a.is_closed() && !b.is_closed()) return false;
  return (cut_[0] || a.is_done()) && (cut_[1] || b.is_done());
}

Openness TcpFlow::openness() const {
  const auto is_there = [](const TcpHalf& h) { return h.exists || h.saw_ack; };
  const auto [a, b] = std::pair<const TcpHalf&, const TcpHalf&>(halves_[0], halves_[1]);
  const bool is_answered = a.saw_ack && b.saw_ack;
  if (!a.has_data() && !b.has_data() && !is_answered) return Openness::half_open;
  return is_there(a) && is_there(b) ? Openness::two_sided : Openness::one_sided;
}

std::vector<VlanIds> TcpFlow::vlans() const {
  std::vector<VlanIds> all = {context_.links[link_].vlans};
  if (extras_) all.insert(all.end(), extras_->more_vlans.begin(), extras_->more_vlans.end());
  return all;
}

bool TcpFlow::knows_as_another(const VlanIds& vlans) const {
  const std::vector<VlanIds>& more = extras_->more_vlans;
  return std::find(more.begin(), more.end(), vlans) != more.end();
}

void TcpFlow::add_vlans(const VlanIds& vlans) {
  std::vector<VlanIds>& known = more().more_vlans;
  if (known.size() + 1 < kMostVlans) known.push_back(vlans);
}

bool TcpFlow::is_over_for_endpoint(Direction from, uint64_t offset) {
  return endpoint() && half_of(from).stream()->stops_at(offset);
}

void TcpFlow::deliver(Direction from, uint64_t offset, Bytes bytes, PacketRef packet) {
  if (is_over_for_endpoint(from, offset)) return;
  if (!audience_.knows(from)) audience_.start_half(*this, from, half_info(from));
  context_.counters.add_delivered(bytes.size());
  audience_.take_bytes(from, offset, bytes, packet);
}

void TcpFlow::deliver_gap(Direction from, uint64_t offset, uint64_t length, GapReason why) {
  if (is_over_for_endpoint(from, offset)) return;
  if (endpoint()) length = half_of(from).stream()->gap_before_fin(offset, length);
  if (endpoint() && is_left_out(from, {offset, length, why})) why = GapReason::left_out;
  half_of(from).stream()->notes().add_gap({offset, length, why},
                                          context_.options.flow.gaps_recorded, context_.lists);
  context_.counters.add_missing(why, length);
  if (!audience_.knows(from)) audience_.start_half(*this, from, half_info(from));
  audience_.take_gap(from, offset, length, why);
}

void TcpFlow::deliver_conflict(Direction from, const StreamConflict& conflict) {
  half_of(from).stream()->notes().add_conflict(conflict, context_.options.flow.conflicts_recorded,
                                               context_.lists);
  if (!context_.options.keep_alternatives) return;
  if (!audience_.knows(from)) audience_.start_half(*this, from, half_info(from));
  audience_.take_conflict(from, conflict);
}

HalfInfo TcpFlow::half_info(Direction from) const {
  const bool low_sends = (from == Direction::originator) == originator_is_low_;
  const TcpHalf& h = half(from);
  const FlowKey key = key_.key();
  HalfInfo info;
  info.flow_number = h.flow_number;
  info.source = low_sends ? key.low : key.high;
  info.destination = low_sends ? key.high : key.low;
  info.source_port = low_sends ? key.low_port : key.high_port;
  info.destination_port = low_sends ? key.high_port : key.low_port;
  info.start = h.start;
  if (h.exists) info.link = context_.links[h.link];
  if (key_.path() != nullptr) info.encapsulation = key_.path()->text();
  info.role = h.role;
  return info;
}

size_t TcpFlow::cost() const {
  const FlowLimits& limits = context_.options.flow;
  size_t cost = limits.flow_cost;
  if (extras_) cost += limits.extras_cost;
  if (key_.is_wide()) cost += limits.wide_key_cost;
  if (key_.path() != nullptr) cost += limits.path_cost;
  for (const TcpHalf& half : halves_) cost += half.is_odd() ? limits.odd_half_cost : 0;
  return cost;
}

HalfEnd TcpFlow::end_of(Direction from) const {
  const TcpHalf& h = half(from);
  if (cut_[index_of(from)]) return HalfEnd::jump;
  if (h.reset) return HalfEnd::reset;
  if (!h.stream() || !h.stream()->has_fin()) return HalfEnd::open;
  return h.stream()->gap_count() == 0 ? HalfEnd::fin : HalfEnd::fin_gap;
}

void TcpFlow::end_half(Direction from) {
  if (std::exchange(half_ended_[index_of(from)], true)) return;
  TcpHalf& h = half_of(from);
  if (h.stream()) {
    Sink sink(*this, from);
    h.stream()->finish(env(sink));
  }
  audience_.end_half(from, end_of(from));
}

void TcpFlow::cut_half(Direction from) {
  if (endpoint()) use_doubted(from);
  cut_[index_of(from)] = true;
  end_half(from);
}

void TcpFlow::settle_numbers(const FlowNumbers& numbers) {
  birth_.session = numbers.settled(birth_.session);
  for (TcpHalf& half : halves_) half.flow_number = numbers.settled(half.flow_number);
}

void TcpFlow::close() {
  take_doubtful_syn();
  if (endpoint()) use_all_doubted();
  for (const Direction d : {Direction::originator, Direction::responder}) end_half(d);
}

FlowRecord TcpFlow::describe(FlowEnd why) {
  FlowRecord record;
  record.info = info();
  record.end = why;
  for (const Direction d : {Direction::originator, Direction::responder}) {
    HalfRecord& told = record.half(d);
    told.info = half_info(d);
    const TcpHalf& h = half(d);
    h.describe(told);
    context_.lists.give_back(h.listed_cost());
    if (endpoint()) endpoint()->describe(d, told);
    told.end = end_of(d);
  }
  audience_.end(why, record);
  return record;
}

PriorConnection TcpFlow::as_prior(Timestamp replaced) const {
  PriorConnection prior;
  prior.replaced = replaced;
  for (const Direction d : {Direction::originator, Direction::responder}) {
    const TcpHalf& h = half(d);
    if (!h.has_data()) continue;
    const bool low_sends = (d == Direction::originator) == originator_is_low_;
    const auto length =
        static_cast<uint32_t>(std::min(h.stream()->length(), PriorConnection::kLongestSpan));
    prior.by_low_sender[low_sends] = {true, h.stream()->end_sequence() - length, length};
  }
  return prior;
}

void TcpFlow::set_prior(PriorConnection prior) {
  more().prior = std::make_unique<PriorConnection>(prior);
}

}  // namespace tcpflow
