#include "flow/ended_flows.h"

#include <algorithm>
#include <utility>

#include "flow/tcp_flow.h"

namespace tcpflow {

bool EndedFlows::tell_some(RecordSink* records) {
  if (!std::exchange(is_sorted_, true)) {
    const auto comes_before = [](const Entry& a, const Entry& b) { return a.at < b.at; };
    std::stable_sort(ended_.begin(), ended_.end(), comes_before);
  }
  for (size_t i = 0; i < kSome && told_ < ended_.size(); ++i) {
    Entry& entry = ended_[told_++];
    context_.now = entry.at;
    const FlowRecord record = describe(entry);
    entry.flow = std::unique_ptr<Flow>();
    context_.counters.add_ended(record);
    if (records != nullptr) records->on_record(record);
  }
  if (told_ < ended_.size()) return true;
  ended_.clear();
  told_ = 0;
  return false;
}

FlowRecord EndedFlows::describe(Entry& entry) {
  if (const auto* syn = std::get_if<BareSyn>(&entry.flow)) return describe_syn(*syn, entry.why);
  if (auto* node = std::get_if<std::list<UdpFlow>>(&entry.flow)) {
    return node->front().describe(entry.why);
  }
  return std::get<std::unique_ptr<Flow>>(entry.flow)->describe(entry.why);
}

// What the connection would be, had it been kept as such.
FlowRecord EndedFlows::describe_syn(const BareSyn& syn, FlowEnd why) {
  TcpFlow flow(context_, {syn.key, syn.sender_is_low},
               {birth_of(syn.packet.number, 0), syn.session});
  flow.begin_with(syn);
  flow.settle_numbers(context_.numbers);
  flow.close();
  return flow.describe(why);
}

}  // namespace tcpflow
