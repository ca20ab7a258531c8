#include "flow/udp_table.h"

#include <algorithm>

namespace tcpflow {

UdpTable::UdpTable(FlowTable& beside, RecordSink* records)
    : shared_(beside.context()),
      records_(records),
      index_(shared_.options.hash_seed, shared_.options.merge_vlans),
      clock_(Timestamp::min()) {}

// The clock first: a datagram that comes too late for its conversation begins a new one.
void UdpTable::on_datagram(const Datagram& datagram) {
  tick(datagram.frame->time);
  const PacketRef packet{datagram.frame->number,
                         shifted(datagram.frame->time, shared_.options.time_shift)};
  const KeyedSender sender = key_of(datagram);
  UdpFlows::iterator flow = find(sender, datagram.link.vlans, packet.time);
  const bool is_new = flow == by_age_.end();
  const bool is_new_half = is_new || !flow->has_half(sender.sender_is_low);
  if (is_new_half && !shared_.opens_flows) return;
  if (is_new) flow = open(sender, packet.number);
  flow->take(datagram, packet, sender.sender_is_low);
  if (is_new_half) index_.add_half(flow, sender.sender_is_low);
  flow->last_packet = packet.time;
  flow->last_clock = clock_;
  by_age_.splice(by_age_.end(), by_age_, flow);
}

// Where the clock has gone back, only the conversation's own packets tell that it was idle.
UdpFlows::iterator UdpTable::find(const KeyedSender& sender, const VlanIds& vlans, Timestamp time) {
  const UdpFlows::iterator known = index_.find(sender, vlans, by_age_.end());
  if (known == by_age_.end() || !is_idle(known->last_packet, time)) return known;
  end(known, FlowEnd::timeout);
  return by_age_.end();
}

UdpFlows::iterator UdpTable::open(const KeyedSender& sender, uint64_t id) {
  const size_t most = std::max<size_t>(shared_.options.flow.udp_conversations, 1);
  if (by_age_.size() >= most) {
    ++shared_.counters.udp_limit_hits;
    end(by_age_.begin(), FlowEnd::evicted);
  }
  ++shared_.counters.udp_conversations;
  const FlowInfo info{id, shared_.counters.connections++};
  return by_age_.emplace(by_age_.end(), shared_, sender, info);
}

void UdpTable::end(UdpFlows::iterator flow, FlowEnd why) {
  const FlowRecord record = flow->end(why);
  shared_.counters.add_ended(record);
  if (records_ != nullptr) records_->on_record(record);
  index_.erase(flow);
  by_age_.erase(flow);
}

void UdpTable::tick(Timestamp time) {
  clock_ = std::max(clock_, shifted(time, shared_.options.time_shift));
  expire();
}

void UdpTable::expire() {
  while (!by_age_.empty() && is_idle(by_age_.front().last_clock, clock_)) {
    end(by_age_.begin(), FlowEnd::timeout);
  }
}

bool UdpTable::is_idle(Timestamp since, Timestamp now) const {
  const Duration most = shared_.options.flow.udp_idle;
  return most != Duration(0) && elapsed(since, now) > most;
}

void UdpTable::end_before(uint64_t id) {
  if (left_.empty()) {
    for (auto flow = by_age_.begin(); flow != by_age_.end(); ++flow) left_.push_back(flow);
    std::sort(left_.begin(), left_.end(),
              [](const auto& a, const auto& b) { return a->id() > b->id(); });
  }
  while (!left_.empty() && left_.back()->id() < id) {
    end(left_.back(), FlowEnd::capture_end);
    left_.pop_back();
  }
}

}  // namespace tcpflow
