#include "flow/udp_table.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace tcpflow {

UdpTable::UdpTable(FlowTable& beside)
    : beside_(beside),
      shared_(beside.context()),
      index_(shared_.options.hash_seed, shared_.options.merge_vlans),
      clock_(Timestamp::min()) {}

// The clock first: a datagram that comes too late for its conversation begins a new one.
void UdpTable::on_datagram(const Datagram& datagram) {
  clock_ = std::max(clock_, shifted(datagram.frame->time, shared_.options.time_shift));
  shared_.now = moment_of(datagram.frame->number, datagram.part, Step::conversations);
  expire();
  shared_.now = moment_of(datagram.frame->number, datagram.part, Step::act);
  const PacketRef packet{datagram.frame->number,
                         shifted(datagram.frame->time, shared_.options.time_shift)};
  const KeyedSender sender = key_of(datagram);
  UdpFlows::iterator flow = find(sender, datagram.link.vlans, packet.time);
  const bool is_new = flow == by_age_.end();
  const bool is_new_half = is_new || !flow->has_half(sender.sender_is_low);
  if (is_new_half && !shared_.opens_flows) return;
  if (is_new) flow = open(sender, birth_of(packet.number, datagram.part));
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

UdpFlows::iterator UdpTable::open(const KeyedSender& sender, uint64_t birth) {
  const size_t most = std::max<size_t>(shared_.options.flow.udp_conversations, 1);
  if (by_age_.size() >= most) {
    ++shared_.counters.udp_limit_hits;
    end(by_age_.begin(), FlowEnd::evicted);
  }
  ++shared_.counters.udp_conversations;
  const FlowBirth birth_and_session{birth, shared_.add_session()};
  return by_age_.emplace(by_age_.end(), shared_, sender, birth_and_session);
}

void UdpTable::end(UdpFlows::iterator flow, FlowEnd why) {
  flow->close();
  index_.erase(flow);
  UdpFlows ended;
  ended.splice(ended.begin(), by_age_, flow);
  beside_.ended().add(std::move(ended), why);
}

void UdpTable::tick(Timestamp clock, uint64_t packet) {
  clock_ = std::max(clock_, clock);
  shared_.now = moment_of(packet, 0, Step::conversations);
  expire();
}

// By birth where several are due, as connections are.
void UdpTable::expire() {
  std::vector<UdpFlows::iterator> idle;
  for (auto flow = by_age_.begin(); flow != by_age_.end(); ++flow) {
    if (!is_idle(flow->last_clock, clock_)) break;
    idle.push_back(flow);
  }
  end_by_birth(std::move(idle), FlowEnd::timeout);
}

void UdpTable::end_by_birth(std::vector<UdpFlows::iterator> flows, FlowEnd why) {
  std::sort(flows.begin(), flows.end(),
            [](const auto& a, const auto& b) { return a->birth() < b->birth(); });
  for (const UdpFlows::iterator flow : flows) {
    shared_.now.birth = flow->birth();
    end(flow, why);
  }
}

Timestamp UdpTable::next_due() const {
  const Duration most = shared_.options.flow.udp_idle;
  if (most == Duration(0) || by_age_.empty()) return Timestamp::max();
  return shifted(shifted(by_age_.front().last_clock, most), Duration(1));
}

bool UdpTable::is_idle(Timestamp since, Timestamp now) const {
  const Duration most = shared_.options.flow.udp_idle;
  return most != Duration(0) && elapsed(since, now) > most;
}

void UdpTable::end_all() {
  shared_.now = {UINT64_MAX, static_cast<uint32_t>(Step::idle), 0};
  std::vector<UdpFlows::iterator> all;
  for (auto flow = by_age_.begin(); flow != by_age_.end(); ++flow) all.push_back(flow);
  end_by_birth(std::move(all), FlowEnd::capture_end);
}

}  // namespace tcpflow
