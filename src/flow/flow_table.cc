#include "flow/flow_table.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace tcpflow {
namespace {

// The flow of a connection that the index leads to.
TcpFlow& newest(TcpFlow& flow) { return flow.newer != nullptr ? *flow.newer : flow; }

// Every half of the connection has come to its end.
bool is_over(const TcpFlow& flow) {
  return flow.is_over() && (flow.older == nullptr || flow.older->is_over());
}

// `older`, if there is one, goes on serving one half of the connection that `newer` stands for.
void join(TcpFlow* older, TcpFlow& newer) {
  newer.older = older;
  if (older != nullptr) older->newer = &newer;
}

}  // namespace

FlowTable::FlowTable(const FlowOptions& options, FlowListeners listeners)
    : options_(options),
      listeners_(std::move(listeners)),
      context_{options_, listeners_.consumers, {}, {}},
      index_(options.hash_seed),
      closed_(options.flow, options.hash_seed),
      clock_(Timestamp::min()) {}

FlowTable::~FlowTable() = default;

void FlowTable::on_segment(const Segment& segment) {
  const Timestamp time = shifted(segment.frame->time, options_.time_shift);
  route(segment, {segment.frame->number, time});
  clock_ = std::max(clock_, time);
  expire();
}

void FlowTable::tick(Timestamp time) {
  clock_ = std::max(clock_, shifted(time, options_.time_shift));
  expire();
}

void FlowTable::route(const Segment& segment, PacketRef packet) {
  const KeyedSender sender = key_of(segment);
  const Arrival arrival{segment, packet, sender.sender_is_low};
  TcpFlow* flow = index_.find(sender.key);
  if (flow == nullptr) {
    if (!opens_flow(segment)) return;
    if (!is_syn(segment) && closed_.covers(sender.key, segment, sender.sender_is_low, clock_)) {
      return straggler(segment);
    }
    if (!context_.opens_flows) return;
    flow = &open(sender.key, arrival, context_.counters.connections++);
    index_.insert(*flow);
  }
  TcpFlow* older = flow->older;
  if (older != nullptr && older->serves(older->direction_of(sender.sender_is_low))) flow = older;
  act(*flow, flow->seen_here(arrival));
}

void FlowTable::act(TcpFlow& flow, const Arrival& arrival) {
  switch (flow.judge(arrival)) {
    case Verdict::take:
      return take(flow, arrival);
    case Verdict::repeated_syn:
      unused(arrival.segment);
      return take(flow, arrival);
    case Verdict::doubtful_syn:
      unused(arrival.segment);
      return remember(flow, arrival);
    case Verdict::confirms_syn:
      return promote(flow, arrival);
    case Verdict::new_connection:
      // With -R it cannot begin, and an input may hold the time before what is known: wait for
      // proof.
      if (!context_.opens_flows) return remember(flow, arrival);
      return replace(newest(flow), arrival);
    case Verdict::jump:
      return split(flow, arrival);
    case Verdict::straggler:
      return straggler(arrival.segment);
  }
}

// A late segment of a connection that is gone. No stream uses it.
void FlowTable::straggler(const Segment& segment) {
  ++context_.counters.stragglers;
  unused(segment);
}

TcpFlow& FlowTable::open(const FlowKey& key, const Arrival& arrival, uint64_t session) {
  const KeyedSender sender{key, arrival.sender_is_low, arrival.segment.path};
  flows_.push_back(std::make_unique<TcpFlow>(context_, sender, arrival.packet.number, session));
  TcpFlow& flow = *flows_.back();
  flow.slot = flows_.size() - 1;
  if (const std::optional<PriorConnection> prior = closed_.take(key)) flow.set_prior(*prior);
  if (options_.tcp_timeout > 0) idle_.push_back(flow);
  return flow;
}

void FlowTable::take(TcpFlow& flow, const Arrival& arrival) {
  flow.take(arrival);
  TcpFlow& last = newest(flow);
  if (flow.older != nullptr) flow.older->take_ack(flow.older->seen_here(arrival));
  if (&last != &flow) last.take_ack(last.seen_here(arrival));
  last.last_clock = std::max(clock_, arrival.packet.time);
  if (last.by_age.linked) idle_.move_to_back(last);
  update_linger(last, arrival.segment);
  update_holding(flow);
}

void FlowTable::remember(TcpFlow& flow, const Arrival& syn) {
  flow.remember_doubtful_syn(syn);
  update_holding(flow);
}

// A new connection takes the place of the old one, of which only enough is kept to know its
// stragglers. With -R the old one ends all the same: what comes now is not its own.
void FlowTable::replace(TcpFlow& old, const Arrival& syn) {
  const FlowEnd why = is_over(old) ? FlowEnd::closed : FlowEnd::reused;
  if (!context_.opens_flows) return end(old, why);
  TcpFlow& flow = open(old.key(), syn, context_.counters.connections++);
  flow.set_prior(old.as_prior(syn.packet.time));
  index_.replace(flow);
  end(old, why);
  take(flow, flow.seen_here(syn));
}

// The remembered SYN was real: the new connection starts with it, then takes this segment.
void FlowTable::promote(TcpFlow& old, const Arrival& arrival) {
  const FlowKey key = old.key();
  const std::unique_ptr<DoubtfulSyn> syn = old.take_doubtful_syn();
  syn->segment.payload = context_.retired.keep(std::move(syn->payload));
  const bool same_sender = syn->from == arrival.from;
  replace(newest(old),
          {syn->segment, syn->packet, same_sender == arrival.sender_is_low, syn->from});
  TcpFlow* flow = index_.find(key);
  if (flow != nullptr) take(*flow, flow->seen_here(arrival));
}

// One half jumped past -m: it starts anew in a flow of its own, the other half stays where it is
// until it jumps, too. With -R nothing starts, so what jumped is left out.
void FlowTable::split(TcpFlow& flow, const Arrival& arrival) {
  if (!context_.opens_flows) return;
  flow.cut_half(arrival.from);
  if (flow.newer != nullptr) {  // both halves have jumped: the newer flow serves this one, too
    TcpFlow& newer = *flow.newer;
    end(flow, FlowEnd::jump);
    return act(newer, newer.seen_here(arrival));
  }
  const Direction other = opposite(arrival.from);
  const bool other_goes_on = flow.half(other).exists && flow.serves(other);
  assert(!other_goes_on || flow.older == nullptr);
  const bool is_same_session = other_goes_on || flow.older != nullptr;
  TcpFlow& anew =
      open(flow.key(), arrival, is_same_session ? flow.session() : context_.counters.connections++);
  index_.replace(anew);
  join(other_goes_on ? &flow : std::exchange(flow.older, nullptr), anew);
  if (other_goes_on) {
    idle_.remove(flow);
    lingering_.remove(flow);
  } else {
    end(flow, FlowEnd::jump);
  }
  take(anew, anew.seen_here(arrival));
}

// Ends a flow, and first the older one that serves its other half. An older flow that ends alone
// leaves that half to the newer one.
void FlowTable::end(TcpFlow& flow, FlowEnd why) {
  if (flow.older != nullptr) end(*flow.older, why);
  if (flow.newer != nullptr) {
    flow.newer->older = nullptr;
  } else if (index_.find(flow.key()) == &flow) {
    index_.erase(flow);
  }
  const FlowRecord record = flow.end(why);
  add_to_totals(record);
  if (listeners_.records != nullptr) listeners_.records->on_record(record);
  destroy(flow);
}

void FlowTable::add_to_totals(const FlowRecord& record) {
  FlowCounters& totals = context_.counters;
  for (const HalfRecord& half : record.halves) {
    if (!half.exists) continue;
    --totals.halves_open;
    totals.streams_complete += half.end == HalfEnd::fin;
    totals.streams_with_gaps += half.gap_count != 0;
    totals.gap_bytes += half.gap_bytes;
    totals.conflict_bytes += half.conflict_bytes;
  }
}

void FlowTable::destroy(TcpFlow& flow) {
  idle_.remove(flow);
  lingering_.remove(flow);
  holding_.remove(flow);
  const size_t slot = flow.slot;
  std::swap(flows_[slot], flows_.back());
  flows_[slot]->slot = slot;
  flows_.pop_back();
}

// A flow that is over waits for stragglers, the longer the later its last payload came.
void FlowTable::update_linger(TcpFlow& flow, const Segment& segment) {
  if (!is_over(flow)) return lingering_.remove(flow);
  if (flow.by_linger.linked && segment.payload_length() == 0) return;
  lingering_.move_to_back(flow);
  flow.linger_since = flow.last_clock;
}

// Over the limit the flow that was idle longest gives up what it holds.
void FlowTable::update_holding(TcpFlow& flow) {
  if (flow.holds()) {
    holding_.move_to_back(flow);
  } else if (flow.by_hold.linked) {
    holding_.remove(flow);
  }
  FlowCounters& totals = context_.counters;
  totals.most_held = std::max<uint64_t>(totals.most_held, context_.held_total);
  while (context_.held_total > options_.stream.held_total) {
    TcpFlow& oldest = *holding_.front();
    ++totals.held_limit_hits;
    oldest.give_up_held();
    holding_.remove(oldest);
  }
}

void FlowTable::unused(const Segment& segment) {
  if (listeners_.unused != nullptr) listeners_.unused->on_unused(*segment.frame);
}

void FlowTable::expire() {
  const FlowLimits& limits = options_.flow;
  while (TcpFlow* flow = lingering_.front()) {
    const bool over =
        lingering_.size() > limits.lingering || elapsed(flow->linger_since, clock_) > limits.linger;
    if (!over) break;
    closed_.remember(flow->key(), flow->as_prior(clock_));
    end(*flow, FlowEnd::closed);
  }
  while (TcpFlow* flow = idle_.front()) {
    // Whole seconds, as the original counts: exactly the timeout is not yet too long.
    const int64_t idle = whole_seconds(clock_) - whole_seconds(flow->last_clock);
    if (idle <= options_.tcp_timeout) break;
    end(*flow, is_over(*flow) ? FlowEnd::closed : FlowEnd::timeout);
  }
}

void FlowTable::advance(Timestamp now) {
  clock_ = std::max(clock_, shifted(now, options_.time_shift));
  TcpFlow* next = nullptr;
  for (TcpFlow* flow = holding_.front(); flow != nullptr; flow = next) {
    next = decltype(holding_)::after(*flow);
    flow->settle(clock_);
    if (!flow->holds()) holding_.remove(*flow);
  }
  expire();
}

void FlowTable::end_all() {
  std::vector<TcpFlow*> all;
  all.reserve(flows_.size());
  for (const auto& flow : flows_) all.push_back(flow.get());
  std::sort(all.begin(), all.end(),
            [](const TcpFlow* a, const TcpFlow* b) { return a->id() < b->id(); });
  for (TcpFlow* flow : all) {
    assert(flow->older == nullptr);  // it has the lower id, so it went before
    end(*flow, is_over(*flow) ? FlowEnd::closed : FlowEnd::capture_end);
  }
  assert(context_.held_total == 0);
}

}  // namespace tcpflow
