#include "flow/ended_flows.h"

#include <algorithm>
#include <utility>

#include "flow/tcp_flow.h"

namespace tcpflow {

EndedFlows::EndedFlows(FlowContext& context) : context_(context) {}
EndedFlows::~EndedFlows() = default;

void EndedFlows::add_last(Last flows, BareSyns& syns) {
  last_ = std::move(flows);
  last_syns_ = &syns;
}

bool EndedFlows::tell_some(RecordSink* records) {
  if (!std::exchange(is_sorted_, true)) {
    const auto comes_before = [](const Entry& a, const Entry& b) { return a.at < b.at; };
    std::stable_sort(ended_.begin(), ended_.end(), comes_before);
  }
  for (size_t i = 0; i < kSome && !is_empty(); ++i) {
    const bool is_next = told_ < ended_.size() && ended_[told_].at < next_last();
    tell(is_next ? std::move(ended_[told_++]) : take_last(), records);
    if (told_ < ended_.size()) continue;
    ended_.clear();
    told_ = 0;
  }
  return !is_empty();
}

void EndedFlows::tell(Entry entry, RecordSink* records) {
  context_.now = entry.at;
  const FlowRecord record = describe(entry);
  entry.flow = std::unique_ptr<Flow>();
  context_.counters.add_ended(record);
  if (records != nullptr) records->on_record(record);
}

// When the next of those ended that the end of the capture ended.
Moment EndedFlows::next_last() const {
  Moment at{UINT64_MAX, static_cast<uint32_t>(Step::idle), UINT64_MAX};
  const bool has_syn = last_syns_ != nullptr && !last_syns_->is_empty();
  const bool has_flow = told_last_ < last_.flows.size();
  if (!has_syn && !has_flow) return kNever;
  if (has_syn) at.birth = birth_of(last_syns_->first().number, 0);
  if (has_flow) at.birth = std::min(at.birth, last_.flows[told_last_]->birth());
  return at;
}

EndedFlows::Entry EndedFlows::take_last() {
  const Moment at = next_last();
  const bool is_flow =
      told_last_ < last_.flows.size() && last_.flows[told_last_]->birth() == at.birth;
  if (!is_flow) return {at, FlowEnd::capture_end, last_syns_->take_first()};
  const FlowEnd why = last_.were_over[told_last_] ? FlowEnd::closed : FlowEnd::capture_end;
  return {at, why, std::move(last_.flows[told_last_++])};
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
  TcpFlow flow(context_, {syn.key, syn.sender_is_low}, syn.link,
               {birth_of(syn.packet.number, 0), syn.session});
  flow.begin_with(syn);
  flow.settle_numbers(context_.numbers);
  flow.close();
  return flow.describe(why);
}

}  // namespace tcpflow
