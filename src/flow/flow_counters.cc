#include "flow/flow_options.h"

namespace tcpflow {

void FlowCounters::add_ended(const FlowRecord& record) {
  for (const HalfRecord& half : record.halves) {
    for (size_t i = 0; i < kSuspectCount; ++i) suspects[i] += half.suspects[i];
    if (!half.exists) continue;
    udp_halves += half.info.transport == Transport::udp;
    streams_complete += half.end == HalfEnd::fin;
    streams_with_gaps += half.gap_count != 0;
    ++ends[static_cast<size_t>(half.end)];
    gaps += half.gap_count;
    gap_bytes += half.gap_bytes;
    repeated_bytes += half.repeated_bytes;
    conflict_bytes += half.conflict_bytes;
    outputs += !half.output.file_name.empty();
    output_bytes += half.output.file_size;
    scans_cut += half.output.scan_cut == ScanCut::per_half;
    scans_left += half.output.scan_cut == ScanCut::missing;
    for (const ScanResult& result : half.output.results) {
      gathers_cut += result.input_cut == GatherCut::per_half;
      gathers_no_room += result.input_cut == GatherCut::total;
    }
    alternatives_cut += half.output.alternatives_cut;
  }
}

void FlowCounters::add(const FlowCounters& other) {
  constexpr std::array kSums = {&FlowCounters::connections,
                                &FlowCounters::halves,
                                &FlowCounters::halves_open,
                                &FlowCounters::packets,
                                &FlowCounters::streams_complete,
                                &FlowCounters::streams_with_gaps,
                                &FlowCounters::gaps,
                                &FlowCounters::gap_bytes,
                                &FlowCounters::repeated_bytes,
                                &FlowCounters::conflict_bytes,
                                &FlowCounters::outputs,
                                &FlowCounters::output_bytes,
                                &FlowCounters::udp_halves,
                                &FlowCounters::stream_bytes,
                                &FlowCounters::stragglers,
                                &FlowCounters::held_total_hits,
                                &FlowCounters::held_per_half_hits,
                                &FlowCounters::windows_total_hits,
                                &FlowCounters::udp_conversations,
                                &FlowCounters::udp_limit_hits,
                                &FlowCounters::half_open_evicted,
                                &FlowCounters::flows_evicted,
                                &FlowCounters::vlans_evicted,
                                &FlowCounters::octets_evicted,
                                &FlowCounters::lingering_cut,
                                &FlowCounters::lifetimes_ended,
                                &FlowCounters::idle_ended,
                                &FlowCounters::scans_cut,
                                &FlowCounters::scans_left,
                                &FlowCounters::gathers_cut,
                                &FlowCounters::gathers_no_room,
                                &FlowCounters::alternatives_cut,
                                &FlowCounters::lists_cut};
  for (const auto sum : kSums) this->*sum += other.*sum;
  for (size_t i = 0; i < ends.size(); ++i) ends[i] += other.ends[i];
  for (size_t i = 0; i < suspects.size(); ++i) suspects[i] += other.suspects[i];
  for (size_t i = 0; i < missing_by_reason.size(); ++i) {
    missing_by_reason[i] += other.missing_by_reason[i];
  }
}

}  // namespace tcpflow
