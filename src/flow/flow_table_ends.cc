// How flows of the table end, and what makes them end.
#include <algorithm>
#include <cassert>

#include "flow/flow_table.h"

namespace tcpflow {
// Ends a flow, and first the older one that serves its other half. An older flow that ends alone
// leaves that half to the newer one.
void FlowTable::end(TcpFlow& flow, FlowEnd why) {
  if (flow.older() != nullptr) end(*flow.older(), why);
  if (flow.newer() != nullptr) {
    flow.newer()->more().older = nullptr;
  } else if (index_.holds(flow)) {
    index_.erase(flow);
  }
  const FlowRecord record = flow.end(why);
  context_.counters.add_ended(record);
  if (listeners_.records != nullptr) listeners_.records->on_record(record);
  destroy(flow);
}

void FlowTable::destroy(TcpFlow& flow) {
  idle_as(flow.listed_as).remove(flow);
  by_birth_.remove(flow);
  lingering_.remove(flow);
  holding_.remove(flow);
  with_windows_.remove(flow);
  settling_.remove(flow);
  const uint32_t slot = flow.slot;
  std::swap(flows_[slot], flows_.back());
  flows_[slot]->slot = slot;
  flows_.pop_back();
}

// A flow that is over waits for stragglers, the longer the later its last payload came.
void FlowTable::update_linger(TcpFlow& flow, const Segment& segment) {
  if (!is_over(flow)) return lingering_.remove(flow);
  if (lingering_.has(flow) && segment.payload_length() == 0) return;
  lingering_.move_to_back(flow);
  flow.more().linger_since = flow.last_clock;
}

void FlowTable::update_idle(TcpFlow& flow) {
  const Openness now = flow.older() != nullptr ? Openness::two_sided : flow.openness();
  if (now != flow.listed_as) {
    idle_as(flow.listed_as).remove(flow);
    flow.listed_as = now;
  }
  idle_as(now).move_to_back(flow);
}

// Over the limit the flow that was idle longest gives up what it holds.
void FlowTable::update_holding(TcpFlow& flow) {
  settling_.update(flow);
  if (flow.holds()) {
    holding_.move_to_back(flow);
  } else {
    holding_.remove(flow);
  }
  FlowCounters& totals = context_.counters;
  totals.most_held = std::max<uint64_t>(totals.most_held, context_.held_total);
  while (context_.held_total > options_.stream.held_total) {
    TcpFlow& oldest = *holding_.front();
    ++totals.held_total_hits;
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
}

void FlowTable::expire() {
  settle_due();
  expire_lingering();
  if (options_.tcp_timeout > 0) expire_idle();
  if (options_.max_lifetime > 0) expire_old();
}

void FlowTable::settle_due() {
  while (TcpFlow* flow = settling_.due(clock_)) {
    flow->settle();
    update_holding(*flow);
    begin_linger(*flow);
  }
}

void FlowTable::expire_lingering() {
  const FlowLimits& limits = options_.flow;
  while (TcpFlow* flow = lingering_.front()) {
    const bool is_cut = lingering_.size() > limits.lingering;
    if (!is_cut && elapsed(flow->extras()->linger_since, clock_) <= limits.linger) return;
    context_.counters.lingering_cut += is_cut;
    end_lingering(*flow);
  }
}

void FlowTable::end_lingering(TcpFlow& flow) {
  closed_.remember(flow.key(), flow.vlans(), flow.as_prior(clock_));
  end(flow, FlowEnd::closed);
}

// Whole seconds, as the original counts: exactly the limit is not yet too long.
bool FlowTable::is_longer_ago(Timestamp since, int64_t seconds) const {
  return whole_seconds(clock_) - whole_seconds(since) > seconds;
}

void FlowTable::expire_idle() {
  while (const std::optional<Waiting> next = longest_idle(0, kOpennessCount)) {
    if (!is_longer_ago(next->since, options_.tcp_timeout)) return;
    TcpFlow& flow = whole(*next);
    context_.counters.idle_ended += !is_over(flow);
    end(flow, is_over(flow) ? FlowEnd::closed : FlowEnd::timeout);
  }
}

void FlowTable::expire_old() {
  while (!bare_syns_.is_empty() && is_longer_ago(bare_syns_.first().time, options_.max_lifetime)) {
    ++context_.counters.lifetimes_ended;
    end(revive(bare_syns_.take_first()), FlowEnd::lifetime);
  }
  while (TcpFlow* flow = by_birth_.front()) {
    if (!is_longer_ago(flow->extras()->born, options_.max_lifetime)) return;
    ++context_.counters.lifetimes_ended;
    TcpFlow& last = newest(*flow);
    end(last, is_over(last) ? FlowEnd::closed : FlowEnd::lifetime);
  }
}

// Of the classes from `first` to before `last` the connection that was idle longest; of two the one
// that began first.
std::optional<FlowTable::Waiting> FlowTable::longest_idle(size_t first, size_t last) const {
  std::optional<Waiting> longest;
  const auto compare = [&longest](const Waiting& other) {
    if (!longest || std::pair(other.since, other.id) < std::pair(longest->since, longest->id)) {
      longest = other;
    }
  };
  for (size_t i = first; i < last; ++i) {
    TcpFlow* const flow = idle_[i].front();
    if (flow != nullptr) compare({flow, flow->last_clock, flow->id()});
  }
  if (first == 0 && !bare_syns_.is_empty()) {
    const PacketRef syn = bare_syns_.first();
    compare({nullptr, syn.time, syn.number});
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
  while (open_flows() > 0 && open_flows() >= limits.flows) evict();
  if (const TcpFlow* head = index_.find(key)) make_room_on_key(*head);
}

// Without a limit a sender could make one look-up as long as there are VLANs.
void FlowTable::make_room_on_key(const TcpFlow& head) {
  size_t count = 0;
  const TcpFlow* idle = &head;
  for (const TcpFlow* flow = &head; flow != nullptr; flow = flow->on_other_vlan()) {
    ++count;
    const auto age = [](const TcpFlow& f) { return std::pair(f.last_clock, f.id()); };
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
  ++context_.counters.flows_evicted;
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

void FlowTable::end_all() {
  std::vector<TcpFlow*> all;
  all.reserve(flows_.size());
  for (const auto& flow : flows_) all.push_back(flow.get());
  std::sort(all.begin(), all.end(),
            [](const TcpFlow* a, const TcpFlow* b) { return a->id() < b->id(); });
  for (TcpFlow* flow : all) {
    end_bare_syns_before(flow->id());
    assert(flow->older() == nullptr);  // it has the lower id, so it went before
    end(*flow, is_over(*flow) ? FlowEnd::closed : FlowEnd::capture_end);
  }
  end_bare_syns_before(UINT64_MAX);
  assert(context_.held_total == 0);
  assert(context_.windows_total == 0);
}

void FlowTable::end_bare_syns_before(uint64_t id) {
  while (!bare_syns_.is_empty() && bare_syns_.first().number < id) {
    end(revive(bare_syns_.take_first()), FlowEnd::capture_end);
  }
}

}  // namespace tcpflow
