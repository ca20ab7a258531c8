#include "flow/flow_table.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace tcpflow {
namespace {

// `older`, if there is one, goes on serving one half of the connection that `newer` stands for.
void join(TcpFlow* older, TcpFlow& newer) {
  if (older == nullptr) return;
  newer.more().older = older;
  older->more().newer = &newer;
}

}  // namespace

FlowTable::FlowTable(const FlowOptions& options, FlowListeners listeners)
    : options_(options),
      listeners_(std::move(listeners)),
      context_{options_, listeners_.consumers, listeners_.now ? *listeners_.now : own_now_, {}, {}},
      index_(options.hash_seed),
      bare_syns_(options.hash_seed),
      closed_(options),
      ended_(context_),
      settling_(options.stream),
      clock_(context_.clock) {
  context_.facts = listeners_.facts;
}

FlowTable::~FlowTable() = default;

void FlowTable::on_segment(const Segment& segment) {
  const Timestamp time = shifted(segment.frame->time, options_.time_shift);
  clock_ = std::max(clock_, time);
  context_.now = moment_of(segment.frame->number, segment.part, Step::act);
  if (limits_octets()) keep_within_octets();
  route(segment, {segment.frame->number, time});
  expire();
}

void FlowTable::tick(Timestamp clock, uint64_t packet) {
  clock_ = std::max(clock_, clock);
  context_.now = moment_of(packet, 0, Step::settle);
  expire();
}

void FlowTable::route(const Segment& segment, PacketRef packet) {
  const KeyedSender sender = key_of(segment);
  const Arrival arrival{segment, packet, sender.sender_is_low};
  TcpFlow* flow = find(sender.key, arrival);
  if (flow == nullptr) {
    if (options_.strict && (segment.bad_checksum || lacks_ack(segment))) {
      const Suspect why = segment.bad_checksum ? Suspect::bad_checksum : Suspect::no_ack_flag;
      ++context_.counters.suspects[static_cast<size_t>(why)];
      return unused(segment);
    }
    if (segment.has(tcp_flag::kRst) && !segment.payload.empty()) unused(segment);
    if (!opens_flow(segment)) return;
    if (!is_syn(segment) && closed_.covers(sender.key, segment, sender.sender_is_low, clock_)) {
      return straggler(segment);
    }
    if (context_.opens_flows) begin(sender, arrival);
    return;
  }
  TcpFlow* const older = flow->older();
  if (older != nullptr && older->serves(older->direction_of(sender.sender_is_low))) flow = older;
  act(*flow, flow->seen_here(arrival));
}

// The flow that a segment with this key may belong to.
TcpFlow* FlowTable::find(const FlowKey& key, const Arrival& arrival) {
  TcpFlow* head = index_.find(key);
  if (head == nullptr) {
    const std::optional<BareSyn> syn = bare_syns_.take(key);
    if (!syn) return nullptr;
    head = &revive(*syn);
  }
  if (options_.merge_vlans) return head;
  TcpFlow* const found = on_its_vlan(*head, arrival);
  // Packets come in runs, and most tenants are silent most of the time.
  if (found != nullptr && found != head) index_.move_to_front(*found);
  return found;
}

// Of flows with the same key the one on the segment's VLAN, else one that it goes on with.
TcpFlow* FlowTable::on_its_vlan(TcpFlow& head, const Arrival& arrival) {
  const VlanIds& vlans = arrival.segment.link.vlans;
  for (TcpFlow* flow = &head; flow != nullptr; flow = flow->on_other_vlan()) {
    if (flow->knows_vlans(vlans)) return flow;
  }
  for (TcpFlow* flow = &head; flow != nullptr; flow = flow->on_other_vlan()) {
    if (!flow->goes_on_with(flow->seen_here(arrival))) continue;
    flow->add_vlans(vlans);
    return flow;
  }
  return nullptr;
}

// A connection of which nothing is known yet.
void FlowTable::begin(const KeyedSender& sender, const Arrival& arrival) {
  make_room(sender.key);
  if (keep_as_bare_syn(sender, arrival)) return;
  TcpFlow& flow = open(sender.key, arrival, context_.add_session());
  index_.insert(flow);
  act(flow, flow.seen_here(arrival));
}

bool FlowTable::keep_as_bare_syn(const KeyedSender& sender, const Arrival& arrival) {
  const Segment& segment = arrival.segment;
  // It must be the last in a queue by time. Where flows end by the clock it must also not lag
  // behind it, for its own time is all that it will be known by.
  const bool has_deadline = options_.tcp_timeout > 0 || options_.max_lifetime > 0;
  const bool lags = has_deadline && arrival.packet.time < clock_;
  const bool is_late = lags || !bare_syns_.may_follow(arrival.packet.time);
  // Its options and window are needed later.
  if (options_.strict) return false;
  if (!is_bare_syn(segment) || is_late || index_.find(sender.key) != nullptr) return false;
  BareSyn syn;
  syn.key = sender.key;
  syn.sender_is_low = sender.sender_is_low;
  syn.isn = segment.sequence;
  syn.packet = arrival.packet;
  syn.link = segment.link;
  syn.wire_length = segment.frame->original_length;
  syn.captured_length = static_cast<uint32_t>(segment.frame->bytes.size());
  const bool fits = context_.numbers.most_at(arrival.packet.number) <= BareSyns::kMostNumber;
  if (!fits || !bare_syns_.has_room_for(syn)) return false;
  syn.session = context_.add_session();
  syn.flow_number = context_.add_half();
  bare_syns_.add(syn);
  ++context_.counters.packets;
  if (context_.facts != nullptr) tell_start(syn);
  return true;
}

// As the connection that it may become would have told it.
void FlowTable::tell_start(const BareSyn& syn) {
  HalfInfo half;
  half.flow_number = syn.flow_number;
  half.source = syn.sender_is_low ? syn.key.low : syn.key.high;
  half.destination = syn.sender_is_low ? syn.key.high : syn.key.low;
  half.source_port = syn.sender_is_low ? syn.key.low_port : syn.key.high_port;
  half.destination_port = syn.sender_is_low ? syn.key.high_port : syn.key.low_port;
  half.start = syn.packet.time;
  half.link = syn.link;
  half.role = Role::client;
  const FlowBirth birth{birth_of(syn.packet.number, 0), syn.session};
  context_.facts->on_flow_start(birth.info(), half);
}

// More has come of a connection that was kept as a SYN only, or it ends.
TcpFlow& FlowTable::revive(const BareSyn& syn) {
  const uint64_t birth = birth_of(syn.packet.number, 0);
  TcpFlow& flow = add({syn.key, syn.sender_is_low}, {birth, syn.session}, syn.link, syn.packet);
  flow.begin_with(syn);
  index_.insert(flow);
  return flow;
}

void FlowTable::act(TcpFlow& flow, const Arrival& arrival) {
  if (options_.strict) {
    if (const std::optional<Suspect> why = flow.objection(arrival)) {
      return leave_out(flow, arrival, *why);
    }
  }
  switch (flow.judge(arrival)) {
    case Verdict::take:
      if (!flow.uses_payload(arrival)) unused(arrival.segment);
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
      replace(newest(flow), arrival);
      return;
    case Verdict::jump:
      return split(flow, arrival);
    case Verdict::straggler:
      return straggler(arrival.segment);
  }
}

// Its receiver would ignore it.
void FlowTable::leave_out(TcpFlow& flow, const Arrival& arrival, Suspect why) {
  unused(arrival.segment);
  flow.leave_out(arrival, why);
  TcpFlow& last = newest(flow);
  last.last_clock = std::max(clock_, arrival.packet.time);
  update_idle(last);
  update_holding(flow);
}

// A late segment of a connection that is gone. No stream uses it.
void FlowTable::straggler(const Segment& segment) {
  ++context_.counters.stragglers;
  unused(segment);
}

TcpFlow& FlowTable::open(const FlowKey& key, const Arrival& arrival, uint64_t session) {
  const Segment& segment = arrival.segment;
  const uint64_t birth = birth_of(arrival.packet.number, segment.part);
  return add({key, arrival.sender_is_low, segment.path}, {birth, session}, segment.link,
             arrival.packet);
}

TcpFlow& FlowTable::add(const KeyedSender& sender, const FlowBirth& birth, const LinkFacts& link,
                        PacketRef first) {
  flows_.push_back(std::make_unique<TcpFlow>(context_, sender, link, birth));
  TcpFlow& flow = *flows_.back();
  flow.slot = static_cast<uint32_t>(flows_.size() - 1);
  flow.last_clock = std::max(clock_, first.time);
  if (!FlowNumbers::is_settled(birth.session)) context_.unsettled.push_back(&flow);
  const std::optional<PriorConnection> prior = closed_.take(sender.key, link.vlans, first);
  if (prior) flow.set_prior(*prior);
  idle_as(flow.listed_as).push_back(flow);
  if (limits_octets()) count_cost(flow);
  if (options_.max_lifetime > 0) {
    flow.more().born = flow.last_clock;
    by_birth_.push_back(flow);
  }
  return flow;
}

void FlowTable::take(TcpFlow& flow, const Arrival& arrival) {
  flow.take(arrival);
  TcpFlow& last = newest(flow);
  if (flow.older() != nullptr) hear_ack(*flow.older(), arrival);
  if (&last != &flow) hear_ack(last, arrival);
  last.last_clock = std::max(clock_, arrival.packet.time);
  update_idle(last);
  update_linger(last, arrival.segment);
  update_holding(flow);
}

// The acknowledgement is for the half that another flow serves.
void FlowTable::hear_ack(TcpFlow& flow, const Arrival& arrival) {
  flow.take_ack(flow.seen_here(arrival));
  flow.settle();
  update_holding(flow);
}

void FlowTable::remember(TcpFlow& flow, const Arrival& syn) {
  flow.remember_doubtful_syn(syn);
  update_holding(flow);
}

// A new connection takes the place of the old one, of which only enough is kept to know its
// stragglers. With -R the old one ends all the same, for what comes now is not its own, and there
// is no new one.
TcpFlow* FlowTable::replace(TcpFlow& old, const Arrival& syn) {
  const FlowEnd why = is_over(old) ? FlowEnd::closed : FlowEnd::reused;
  if (!context_.opens_flows) {
    end(old, why);
    return nullptr;
  }
  TcpFlow& flow = open(old.key(), syn, context_.add_session());
  flow.set_prior(old.as_prior(syn.packet.time));
  index_.replace(old, flow);
  end(old, why);
  take(flow, flow.seen_here(syn));
  return &flow;
}

// The remembered SYN was real: the new connection starts with it, then takes this segment.
void FlowTable::promote(TcpFlow& old, const Arrival& arrival) {
  const std::unique_ptr<KeptSegment> syn = old.take_doubtful_syn();
  syn->segment.payload = context_.retired.keep(std::move(syn->payload));
  const bool same_sender = syn->from == arrival.from;
  TcpFlow* const flow = replace(
      newest(old), {syn->segment, syn->packet, same_sender == arrival.sender_is_low, syn->from});
  if (flow != nullptr) take(*flow, flow->seen_here(arrival));
}

// One half jumped past -m: it starts anew in a flow of its own, the other half stays where it is
// until it jumps, too. With -R nothing starts, so what jumped is left out.
void FlowTable::split(TcpFlow& flow, const Arrival& arrival) {
  if (!context_.opens_flows) return;
  flow.cut_half(arrival.from);
  if (flow.newer() != nullptr) {  // both halves have jumped: the newer flow serves this one, too
    TcpFlow& newer = *flow.newer();
    end(flow, FlowEnd::jump);
    return act(newer, newer.seen_here(arrival));
  }
  const Direction other = opposite(arrival.from);
  const bool other_goes_on = flow.half(other).exists && flow.serves(other);
  assert(!other_goes_on || flow.older() == nullptr);
  const bool is_same_session = other_goes_on || flow.older() != nullptr;
  TcpFlow& anew =
      open(flow.key(), arrival, is_same_session ? flow.session() : context_.add_session());
  for (const VlanIds& vlans : flow.vlans()) {
    if (!anew.knows_vlans(vlans)) anew.add_vlans(vlans);
  }
  index_.replace(flow, anew);
  TcpFlow* const older = other_goes_on ? &flow : flow.older();
  if (older == flow.older() && older != nullptr) flow.more().older = nullptr;
  join(older, anew);
  if (other_goes_on) {
    idle_as(flow.listed_as).remove(flow);
    lingering_.remove(flow);
  } else {
    end(flow, FlowEnd::jump);
  }
  take(anew, anew.seen_here(arrival));
}

void FlowTable::unused(const Segment& segment) {
  if (listeners_.unused != nullptr) listeners_.unused->on_unused(*segment.frame);
}

}  // namespace tcpflow
