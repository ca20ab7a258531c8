#include "flow/flow_table.h"

#include <algorithm>
#include <utility>

namespace tcpflow {

FlowTable::FlowTable(const FlowOptions& options, FlowListeners listeners)
    : options_(options),
      listeners_(std::move(listeners)),
      context_{options_, listeners_.consumers, {}, {}},
      index_(options.hash_seed),
      clock_(Timestamp::min()) {}

FlowTable::~FlowTable() = default;

PacketRef FlowTable::reference(const Segment& segment) const {
  return {segment.frame->number, segment.frame->time + options_.time_shift};
}

void FlowTable::on_segment(const Segment& segment) {
  const PacketRef packet = reference(segment);
  route(segment, packet);
  clock_ = std::max(clock_, packet.time);
  expire();
}

void FlowTable::tick(Timestamp time) {
  clock_ = std::max(clock_, time + options_.time_shift);
  expire();
}

void FlowTable::route(const Segment& segment, PacketRef packet) {
  const KeyedSender sender = key_of(segment);
  TcpFlow* flow = index_.find(sender.key);
  if (flow == nullptr) {
    if (!context_.opens_flows || !opens_flow(segment)) return;
    flow = &open(sender, packet, context_.counters.connections++);
    index_.insert(*flow);
  }
  Direction from = flow->direction_of(sender.sender_is_low);
  if (flow->older != nullptr) {  // the flow before a jump may still serve this half
    const Direction there = flow->older->direction_of(sender.sender_is_low);
    if (flow->older->serves(there)) {
      flow = flow->older;
      from = there;
    }
  }
  act(*flow, {segment, packet, from}, sender);
}

void FlowTable::act(TcpFlow& flow, const Arrival& arrival, const KeyedSender& sender) {
  switch (flow.judge(arrival)) {
    case Verdict::take:
      return take(flow, arrival);
    case Verdict::repeated_syn:
      unused(arrival.segment);
      return take(flow, arrival);
    case Verdict::doubtful_syn:
      unused(arrival.segment);
      return flow.remember_doubtful_syn(arrival);
    case Verdict::confirms_syn:
      return promote(flow, arrival, sender);
    case Verdict::new_connection:
      return replace(arrival, sender);
    case Verdict::jump:
      return split(flow, arrival, sender);
    case Verdict::straggler:
      ++context_.counters.stragglers;
      return;
  }
}

TcpFlow& FlowTable::open(const KeyedSender& sender, PacketRef packet, uint64_t session) {
  flows_.push_back(std::make_unique<TcpFlow>(context_, sender, packet.number, session));
  flows_.back()->slot = flows_.size() - 1;
  if (options_.tcp_timeout > 0) idle_.push_back(*flows_.back());
  return *flows_.back();
}

void FlowTable::take(TcpFlow& flow, const Arrival& arrival) {
  flow.take(arrival);
  flow.last_clock = std::max(clock_, arrival.packet.time);
  if (flow.by_age.linked) idle_.move_to_back(flow);
  if (!flow.by_linger.linked) {
    if (!flow.is_over()) return;
    lingering_.push_back(flow);
    flow.linger_since = flow.last_clock;
  } else if (arrival.segment.payload_length() > 0) {
    lingering_.move_to_back(flow);
    flow.linger_since = flow.last_clock;
  }
}

// A new connection takes the place of the old one, of which only enough is kept to know its
// stragglers.
void FlowTable::replace(const Arrival& arrival, const KeyedSender& sender) {
  if (!context_.opens_flows) return;
  TcpFlow* current = index_.find(sender.key);
  const PriorConnection prior = current->as_prior();
  end_older(*current, FlowEnd::reused);
  TcpFlow& flow = open(sender, arrival.packet, context_.counters.connections++);
  flow.set_prior(prior);
  index_.replace(flow);
  end(*current, current->is_over() ? FlowEnd::closed : FlowEnd::reused);
  take(flow, {arrival.segment, arrival.packet, flow.direction_of(sender.sender_is_low)});
}

// The remembered SYN was real: the new connection starts with it, then takes this segment.
void FlowTable::promote(TcpFlow& old, const Arrival& arrival, const KeyedSender& sender) {
  const std::unique_ptr<DoubtfulSyn> syn = old.take_doubtful_syn();
  replace({syn->segment, syn->packet, syn->from}, key_of(syn->segment));
  TcpFlow* flow = index_.find(sender.key);
  take(*flow, {arrival.segment, arrival.packet, flow->direction_of(sender.sender_is_low)});
}

// One half jumped past -m: it starts anew in a flow of its own, the other half stays where it is
// until it jumps too.
void FlowTable::split(TcpFlow& flow, const Arrival& arrival, const KeyedSender& sender) {
  TcpFlow* current = index_.find(sender.key);
  flow.cut_half(arrival.from);
  const Direction other = opposite(arrival.from);
  const bool other_goes_on = flow.half(other).exists && flow.serves(other);
  if (&flow != current) {  // the second half jumped as well: the newest flow takes it
    current->older = nullptr;
    end(flow, FlowEnd::jump);
    const Direction from = current->direction_of(sender.sender_is_low);
    return act(*current, {arrival.segment, arrival.packet, from}, sender);
  }
  TcpFlow* older = flow.older;
  TcpFlow& anew = open(sender, arrival.packet,
                       other_goes_on || older ? flow.session() : context_.counters.connections++);
  anew.older = other_goes_on ? &flow : older;
  index_.replace(anew);
  if (!other_goes_on) {
    flow.older = nullptr;
    end(flow, FlowEnd::jump);
  }
  take(anew, {arrival.segment, arrival.packet, anew.direction_of(sender.sender_is_low)});
}

void FlowTable::end_older(TcpFlow& flow, FlowEnd why) {
  if (flow.older == nullptr) return;
  TcpFlow* older = std::exchange(flow.older, nullptr);
  end(*older, why);
}

// Ends a flow that the index no longer leads to, or that it leads to and that goes with its key.
void FlowTable::end(TcpFlow& flow, FlowEnd why) {
  end_older(flow, why);
  TcpFlow* current = index_.find(flow.key());
  if (current == &flow) {
    index_.erase(flow);
  } else if (current != nullptr && current->older == &flow) {
    current->older = nullptr;
  }
  const FlowRecord record = flow.end(why);
  for (const HalfRecord& half : record.halves) {
    if (!half.exists) continue;
    FlowCounters& totals = context_.counters;
    --totals.halves_open;
    totals.streams_complete += half.end == HalfEnd::fin;
    totals.streams_with_gaps += half.gap_count != 0;
    totals.gap_bytes += half.gap_bytes;
    totals.conflict_bytes += half.conflict_bytes;
  }
  if (listeners_.records != nullptr) listeners_.records->on_record(record);
  destroy(flow);
}

void FlowTable::destroy(TcpFlow& flow) {
  idle_.remove(flow);
  lingering_.remove(flow);
  const size_t slot = flow.slot;
  std::swap(flows_[slot], flows_.back());
  flows_[slot]->slot = slot;
  flows_.pop_back();
}

void FlowTable::unused(const Segment& segment) {
  if (listeners_.unused != nullptr) listeners_.unused->on_unused(*segment.frame);
}

void FlowTable::expire() {
  const FlowLimits& limits = options_.flow;
  while (TcpFlow* flow = lingering_.front()) {
    const bool over =
        lingering_.size() > limits.lingering || clock_ - flow->linger_since > limits.linger;
    if (!over) break;
    end(*flow, FlowEnd::closed);
  }
  while (TcpFlow* flow = idle_.front()) {
    // Whole seconds, as the original counts: exactly the timeout is not yet too long.
    const int64_t idle = whole_seconds(clock_) - whole_seconds(flow->last_clock);
    if (idle <= options_.tcp_timeout) break;
    end(*flow, flow->is_over() ? FlowEnd::closed : FlowEnd::timeout);
  }
}

void FlowTable::advance(Timestamp now) {
  clock_ = std::max(clock_, now + options_.time_shift);
  for (const auto& flow : flows_) flow->settle(clock_);
  expire();
}

void FlowTable::end_all() {
  std::vector<TcpFlow*> all;
  all.reserve(flows_.size());
  for (const auto& flow : flows_) all.push_back(flow.get());
  std::sort(all.begin(), all.end(),
            [](const TcpFlow* a, const TcpFlow* b) { return a->id() < b->id(); });
  for (TcpFlow* flow :
       all) {  // an older flow has the lower id, so it goes before the one that leads to it
    end(*flow, flow->is_over() ? FlowEnd::closed : FlowEnd::capture_end);
  }
}

}  // namespace tcpflow
