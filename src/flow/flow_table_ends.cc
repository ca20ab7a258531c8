// How flows of the table end, and what makes them end.
#include <algorithm>
#include <cassert>
#include <utility>

#include "flow/flow_table.h"

namespace tcpflow {
namespace {

bool was_born_before(const TcpFlow* a, const TcpFlow* b) { return a->birth() < b->birth(); }

}  // namespace

// Ends a flow, and first the older one that serves its other half. An older flow that ends alone
// leaves that half to the newer one.
void FlowTable::end(TcpFlow& flow, FlowEnd why) {
  if (flow.older() != nullptr) end(*flow.older(), why);
  stop_finding(flow);
  close_halves(flow);
  ended_.add(take_out(flow), why);
}

void FlowTable::stop_finding(TcpFlow& flow) {
  if (flow.newer() != nullptr) {
    flow.newer()->more().older = nullptr;
  } else if (index_.holds(flow)) {
    index_.erase(flow);
  }
}

// What it held goes to its consumers now, among what other packets bring.
void FlowTable::close_halves(TcpFlow& flow) {
  flow.close();
  for (const Direction d : {Direction::originator, Direction::responder}) {
    if (flow.half(d).exists) context_.halves_open.add(-1, context_.now);
  }
}

// A connection that was kept as a SYN only.
void FlowTable::end_bare(const BareSyn& syn, FlowEnd why) {
  closed_.take(syn.key, syn.link.vlans, syn.packet);
  context_.halves_open.add(-1, context_.now);
  context_.now.birth = birth_of(syn.packet.number, 0);
  ended_.add(syn, why);
}

std::unique_ptr<TcpFlow> FlowTable::take_out(TcpFlow& flow) {
  take_out_of_rows(flow);
  const uint32_t slot = flow.slot;
  std::swap(flows_[slot], flows_.back());
  flows_[slot]->slot = slot;
  std::unique_ptr<TcpFlow> out = std::move(flows_.back());
  flows_.pop_back();
  return out;
}

void FlowTable::take_out_of_rows(TcpFlow& flow) {
  octets_ -= std::exchange(flow.counted_cost, uint16_t{0});
  idle_as(flow.listed_as).remove(flow);
  by_birth_.remove(flow);
  lingering_.remove(flow);
  holding_.remove(flow);
  with_windows_.remove(flow);
  settling_.remove(flow);
}

// A flow that is over waits for stragglers, the longer the later its last payload came.
void FlowTable::update_linger(TcpFlow& flow, const Segment& segment) {
  if (!is_over(flow)) return lingering_.remove(flow);
  if (lingering_.has(flow) && segment.payload_length() == 0) return;
  lingering_.move_to_back(flow);
  flow.more().linger_since = flow.last_clock;
  flow.more().linger_packet = context_.now.packet;
}

void FlowTable::update_idle(TcpFlow& flow) {
  Openness now = flow.listed_as;  // it only grows
  if (now != Openness::two_sided) {
    now = flow.older() != nullptr ? Openness::two_sided : flow.openness();
  }
  if (now != flow.listed_as) {
    idle_as(flow.listed_as).remove(flow);
    flow.listed_as = now;
  }
  idle_as(now).move_to_back(flow);
}

void FlowTable::update_holding(TcpFlow& flow) {
  // Nearly all hold nothing, and never have.
  if (flow.extras() != nullptr || flow.waits() || options_.keep_alternatives) note_holding(flow);
  if (limits_octets()) count_cost(flow);
}

// Over the limit the flow that was idle longest gives up what it holds.
void FlowTable::note_holding(TcpFlow& flow) {
  settling_.update(flow);
  if (flow.holds()) {
    holding_.move_to_back(flow);
  } else {
    holding_.remove(flow);
  }
  context_.held.set(static_cast<int64_t>(context_.held_total), context_.now);
  while (context_.held_total > options_.stream.held_total) {
    TcpFlow& oldest = *holding_.front();
    ++context_.counters.held_total_hits;
    give_up_held(oldest);
  }
  update_windows(flow);
}

void FlowTable::give_up_held(TcpFlow& flow) {
  flow.give_up_held();
  holding_.remove(flow);
  settling_.update(flow);
  begin_linger(flow);
  // What was delivered just now is copied, however long ago the flow was heard of.
  if (flow.has_windows() && !with_windows_.has(flow)) with_windows_.push_back(flow);
}

// Over the limit the flow that was idle longest loses its copies of delivered bytes, and nothing
// else: they are for comparison only.
void FlowTable::update_windows(TcpFlow& flow) {
  if (!options_.keep_alternatives) return;
  if (flow.has_windows()) with_windows_.move_to_back(flow);
  while (context_.windows_total > options_.stream.delivered_windows_total) {
    TcpFlow* const oldest = with_windows_.front();
    if (oldest == nullptr) return;
    context_.counters.windows_total_hits += oldest->has_windows();
    oldest->drop_windows();
    with_windows_.remove(*oldest);
  }
}

// It gave something up without a packet of its own, so its connection may be over.
void FlowTable::begin_linger(TcpFlow& flow) {
  TcpFlow& last = newest(flow);
  if (!is_over(last) || lingering_.has(last)) return;
  lingering_.push_back(last);
  last.more().linger_since = clock_;
  last.more().linger_packet = context_.now.packet;
}

void FlowTable::expire() {
  due_ = find_due();
  if (due_.clock <= clock_ || due_.packet <= context_.now.packet) {
    do_expire();
    due_ = find_due();
  }
  context_.held.set(static_cast<int64_t>(context_.held_total), context_.now);
}

// Several flows that are due at the same packet are dealt with by birth: the same order whoever
// else is in the table.
void FlowTable::do_expire() {
  settle_due();
  expire_lingering();
  if (options_.tcp_timeout > 0) expire_idle();
  if (options_.max_lifetime > 0) expire_old();
}

void FlowTable::begin_step(Step step) {
  const uint32_t part = context_.now.step / kStepsPerPart;
  context_.now = moment_of(context_.now.packet, part, step);
}

void FlowTable::settle_due() {
  begin_step(Step::settle);
  while (settling_.due(clock_) != nullptr) {
    std::vector<TcpFlow*> flows = settling_.all_due(clock_);
    std::sort(flows.begin(), flows.end(), was_born_before);
    for (TcpFlow* flow : flows) {
      context_.now.birth = flow->birth();
      flow->settle();
      update_holding(*flow);
      begin_linger(*flow);
    }
  }
}

bool FlowTable::has_lingered(const TcpFlow& flow) const {
  const FlowLimits& limits = options_.flow;
  return elapsed(flow.extras()->linger_since, clock_) > limits.linger ||
         context_.now.packet > flow.extras()->linger_packet + limits.linger_packets;
}

void FlowTable::expire_lingering() {
  begin_step(Step::linger);
  std::vector<TcpFlow*> over;
  for (TcpFlow* flow = lingering_.front(); flow != nullptr && has_lingered(*flow);
       flow = lingering_.after(*flow)) {
    over.push_back(flow);
  }
  std::sort(over.begin(), over.end(), was_born_before);
  for (TcpFlow* flow : over) {
    const bool is_cut = elapsed(flow->extras()->linger_since, clock_) <= options_.flow.linger;
    context_.counters.lingering_cut += is_cut;
    context_.now.birth = flow->birth();
    end_lingering(*flow);
  }
}

void FlowTable::end_lingering(TcpFlow& flow) {
  closed_.remember(flow.key(), flow.vlans(), flow.as_prior(clock_), context_.now.packet);
  end(flow, FlowEnd::closed);
}

// Whole seconds, as the original counts: exactly the limit is not yet too long.
bool FlowTable::is_longer_ago(Timestamp since, int64_t seconds) const {
  return whole_seconds(clock_) - whole_seconds(since) > seconds;
}

void FlowTable::expire_idle() {
  begin_step(Step::idle);
  std::vector<TcpFlow*> idle;
  for (const auto& list : idle_) {
    for (TcpFlow* flow = list.front();
         flow != nullptr && is_longer_ago(flow->last_clock, options_.tcp_timeout);
         flow = list.after(*flow)) {
      idle.push_back(flow);
    }
  }
  for (const TcpFlow* flow : idle) context_.counters.idle_ended += !is_over(*flow);
  context_.counters.idle_ended += end_by_birth(idle, {options_.tcp_timeout, FlowEnd::timeout});
}

void FlowTable::expire_old() {
  begin_step(Step::lifetime);
  std::vector<TcpFlow*> old;
  for (TcpFlow* flow = by_birth_.front();
       flow != nullptr && is_longer_ago(flow->extras()->born, options_.max_lifetime);
       flow = by_birth_.after(*flow)) {
    old.push_back(&newest(*flow));
  }
  std::sort(old.begin(), old.end(), was_born_before);
  old.erase(std::unique(old.begin(), old.end()), old.end());
  context_.counters.lifetimes_ended += old.size();
  context_.counters.lifetimes_ended +=
      end_by_birth(old, {options_.max_lifetime, FlowEnd::lifetime});
}

// Ends these flows, and the bare SYNs that are as old; returns how many those were.
uint64_t FlowTable::end_by_birth(std::vector<TcpFlow*>& flows, const Expiry& expiry) {
  std::sort(flows.begin(), flows.end(), was_born_before);
  for (TcpFlow* flow : flows) {
    context_.now.birth = flow->birth();
    end(*flow, is_over(*flow) ? FlowEnd::closed : expiry.why);
  }
  uint64_t bare = 0;
  while (!bare_syns_.is_empty() && is_longer_ago(bare_syns_.first().time, expiry.seconds)) {
    end_bare(bare_syns_.take_first(), expiry.why);
    ++bare;
  }
  return bare;
}

namespace {

// When so many whole seconds and one have passed since then.
Timestamp past(Timestamp since, int64_t seconds) {
  constexpr int64_t kForever = int64_t{1} << 32;
  if (seconds >= kForever) return Timestamp::max();
  return make_time(whole_seconds(since) + seconds + 1, 0);
}

}  // namespace

Due FlowTable::find_due() const {
  Due due;
  const auto at = [&due](Timestamp clock) { due.clock = std::min(due.clock, clock); };
  at(settling_.next_due());
  if (const TcpFlow* flow = lingering_.front()) {
    at(shifted(flow->extras()->linger_since, options_.flow.linger + Duration(1)));
    due.packet = flow->extras()->linger_packet + options_.flow.linger_packets + 1;
  }
  if (options_.tcp_timeout > 0) {
    for (const auto& list : idle_) {
      if (list.front() != nullptr) at(past(list.front()->last_clock, options_.tcp_timeout));
    }
    if (!bare_syns_.is_empty()) at(past(bare_syns_.first().time, options_.tcp_timeout));
  }
  if (options_.max_lifetime > 0) {
    if (by_birth_.front() != nullptr)
      at(past(by_birth_.front()->extras()->born, options_.max_lifetime));
    if (!bare_syns_.is_empty()) at(past(bare_syns_.first().time, options_.max_lifetime));
  }
  return due;
}

// Of the classes from `first` to before `last` the connection that was idle longest; of two the one
// that began first.
std::optional<FlowTable::Waiting> FlowTable::longest_idle(size_t first, size_t last) const {
  std::optional<Waiting> longest;
  const auto compare = [&longest](const Waiting& other) {
    if (!longest ||
        std::pair(other.since, other.birth) < std::pair(longest->since, longest->birth)) {
      longest = other;
    }
  };
  for (size_t i = first; i < last; ++i) {
    TcpFlow* const flow = idle_[i].front();
    if (flow != nullptr) compare({flow, flow->last_clock, flow->birth()});
  }
  if (first == 0 && !bare_syns_.is_empty()) {
    const PacketRef syn = bare_syns_.first();
    compare({nullptr, syn.time, birth_of(syn.number, 0)});
  }
  return longest;
}

TcpFlow& FlowTable::whole(const Waiting& waiting) {
  return waiting.flow != nullptr ? *waiting.flow : revive(bare_syns_.take_first());
}

// Before one more connection, which will have this key.
void FlowTable::make_room(const FlowKey& key) {
  const FlowLimits& limits = options_.flow;
  while (half_open() > 0 && half_open() >= limits.half_open) evict_half_open();
  while (open_flows() > 0 && open_flows() >= limits.flows) {
    ++context_.counters.flows_evicted;
    evict();
  }
  if (const TcpFlow* head = index_.find(key)) make_room_on_key(*head);
}

void FlowTable::count_cost(TcpFlow& flow) {
  octets_ -= flow.counted_cost;
  flow.counted_cost = static_cast<uint16_t>(std::min<size_t>(flow.cost(), UINT16_MAX));
  octets_ += flow.counted_cost;
}

// Before a segment is looked at, for what it is about may be what ends.
void FlowTable::keep_within_octets() {
  while (octets() > options_.flow.octets && open_flows() > 1) {
    ++context_.counters.octets_evicted;
    evict();
  }
}

// Without a limit a sender could make one look-up as long as there are VLANs.
void FlowTable::make_room_on_key(const TcpFlow& head) {
  size_t count = 0;
  const TcpFlow* idle = &head;
  for (const TcpFlow* flow = &head; flow != nullptr; flow = flow->on_other_vlan()) {
    ++count;
    const auto age = [](const TcpFlow& f) { return std::pair(f.last_clock, f.birth()); };
    if (age(*flow) < age(*idle)) idle = flow;
  }
  if (count < options_.flow.vlans_per_key) return;
  ++context_.counters.vlans_evicted;
  TcpFlow& oldest = *flows_[idle->slot];
  end(oldest, is_over(oldest) ? FlowEnd::closed : FlowEnd::evicted);
}

// Who loses least goes first: a connection that is over, a half-open one, one of which only one
// side is seen; of these the one that was idle longest.
void FlowTable::evict() {
  if (TcpFlow* over = lingering_.front()) return end_lingering(*over);
  for (size_t i = 0; i < kOpennessCount; ++i) {
    const std::optional<Waiting> next = longest_idle(i, i + 1);
    if (next) return end(whole(*next), FlowEnd::evicted);
  }
}

void FlowTable::evict_half_open() {
  ++context_.counters.half_open_evicted;
  const std::optional<Waiting> next = longest_idle(0, 1);
  TcpFlow& flow = whole(*next);
  end(flow, is_over(flow) ? FlowEnd::closed : FlowEnd::evicted);
}

// They leave the table where they stand: what ends all at once may be a million, and a list of them
// would take as much again.
void FlowTable::end_all() {
  context_.now = {UINT64_MAX, static_cast<uint32_t>(Step::idle), 0};
  EndedFlows::Last last;
  last.flows = std::move(flows_);
  flows_.clear();
  std::sort(last.flows.begin(), last.flows.end(),
            [](const auto& a, const auto& b) { return was_born_before(a.get(), b.get()); });
  last.were_over.reserve(last.flows.size());
  for (const auto& flow : last.flows) {
    assert(flow->older() == nullptr);  // it was born before, so it went before
    context_.now.birth = flow->birth();
    last.were_over.push_back(is_over(*flow));
    stop_finding(*flow);
    close_halves(*flow);
    take_out_of_rows(*flow);
  }
  context_.halves_open.add(-static_cast<int64_t>(bare_syns_.size()), context_.now);
  ended_.add_last(std::move(last), bare_syns_);
  context_.held.set(0, context_.now);
  assert(context_.held_total == 0);
  assert(context_.windows_total == 0);
}

void FlowTable::settle_numbers() {
  for (Flow* flow : context_.unsettled) flow->settle_numbers(context_.numbers);
  context_.unsettled.clear();
  bare_syns_.settle_numbers(context_.numbers);
}

void FlowTable::forget_batch() {
  context_.retired.clear();
  context_.numbers.forget();
  context_.halves_open.forget();
  context_.held.forget();
}

void FlowTable::on_batch_end() {
  settle_numbers();
  while (tell_some_ended()) {
  }
  forget_batch();
}

FlowCounters FlowTable::counters() const {
  FlowCounters counters = context_.counters;
  counters.connections = context_.numbers.sessions();
  counters.halves = context_.numbers.halves();
  counters.halves_open = static_cast<uint64_t>(context_.halves_open.value());
  counters.most_halves_open = static_cast<uint64_t>(context_.halves_open.most());
  counters.most_held = static_cast<uint64_t>(context_.held.most());
  counters.lists_cut = context_.lists.refused();
  return counters;
}

}  // namespace tcpflow
