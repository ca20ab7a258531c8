#include "flow/flow_options.h"

namespace tcpflow {

void FlowCounters::add_ended(const FlowRecord& record) {
  for (const HalfRecord& half : record.halves) {
    for (size_t i = 0; i < kSuspectCount; ++i) suspects[i] += half.suspects[i];
    if (!half.exists) continue;
    --halves_open;
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
    alternatives_cut += half.output.alternatives_cut;
  }
}

}  // namespace tcpflow
