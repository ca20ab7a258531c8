#include "flow/udp_table.h"

#include <algorithm>
#include <cstring>

namespace tcpflow {
namespace {

KeyedSender key_of(const Datagram& d) {
  const int order =
      std::memcmp(d.source.octets.data(), d.destination.octets.data(), d.source.octets.size());
  const bool low = order < 0 || (order == 0 && d.source_port <= d.destination_port);
  KeyedSender sender;
  sender.key.low = low ? d.source : d.destination;
  sender.key.high = low ? d.destination : d.source;
  sender.key.low_port = low ? d.source_port : d.destination_port;
  sender.key.high_port = low ? d.destination_port : d.source_port;
  sender.key.path = d.path_key;
  sender.sender_is_low = low;
  sender.path = d.path;
  return sender;
}

}  // namespace

UdpTable::UdpTable(FlowTable& beside, RecordSink* records)
    : shared_(beside.context()),
      records_(records),
      by_key_(16, KeyHasher(shared_.options.hash_seed)),
      clock_(Timestamp::min()) {}

// The clock first: a datagram that comes too late for its conversation begins a new one.
void UdpTable::on_datagram(const Datagram& datagram) {
  tick(datagram.frame->time);
  const PacketRef packet{datagram.frame->number,
                         shifted(datagram.frame->time, shared_.options.time_shift)};
  const KeyedSender sender = key_of(datagram);
  Flows::iterator flow = find(sender.key, packet.time);
  if (flow == by_age_.end() && !shared_.opens_flows) return;
  if (flow == by_age_.end()) flow = open(sender, packet.number);
  flow->take(datagram, packet, sender.sender_is_low);
  flow->last_packet = packet.time;
  flow->last_clock = clock_;
  by_age_.splice(by_age_.end(), by_age_, flow);
}

// Where the clock has gone back, only the conversation's own packets tell that it was idle.
UdpTable::Flows::iterator UdpTable::find(const FlowKey& key, Timestamp time) {
  const auto known = by_key_.find(key);
  if (known == by_key_.end()) return by_age_.end();
  if (!is_idle(known->second->last_packet, time)) return known->second;
  end(known->second, FlowEnd::timeout);
  return by_age_.end();
}

UdpTable::Flows::iterator UdpTable::open(const KeyedSender& sender, uint64_t id) {
  const size_t most = std::max<size_t>(shared_.options.flow.udp_conversations, 1);
  if (by_age_.size() >= most) {
    ++shared_.counters.udp_limit_hits;
    end(by_age_.begin(), FlowEnd::evicted);
  }
  ++shared_.counters.udp_conversations;
  const FlowInfo info{id, shared_.counters.connections++};
  const Flows::iterator flow = by_age_.emplace(by_age_.end(), shared_, sender, info);
  by_key_.emplace(sender.key, flow);
  return flow;
}

void UdpTable::end(Flows::iterator flow, FlowEnd why) {
  const FlowRecord record = flow->end(why);
  for (const HalfRecord& half : record.halves) {
    if (!half.exists) continue;
    --shared_.counters.halves_open;
    shared_.counters.streams_with_gaps += half.gap_count != 0;
    shared_.counters.gap_bytes += half.gap_bytes;
  }
  if (records_ != nullptr) records_->on_record(record);
  by_key_.erase(flow->key());
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
