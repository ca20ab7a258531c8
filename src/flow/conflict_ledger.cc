#include "flow/conflict_ledger.h"

#include <algorithm>

#include "base/limits.h"

namespace tcpflow {
namespace {

std::vector<uint8_t> first_of(Bytes bytes) {
  const Bytes first = bytes.first(std::min(bytes.size(), kConflictBytesRecorded));
  return {first.begin(), first.end()};
}

}  // namespace

bool ConflictLedger::add(const StreamConflict& conflict, size_t at_most) {
  record(conflict, at_most);
  if (conflict.between_fragments) return false;
  ++count_;
  differing_ += conflict.differing;
  const uint64_t later = std::max(conflict.kept_by.number, conflict.other_by.number);
  if (later <= latest_packet_) return false;
  latest_packet_ = later;
  return true;
}

void ConflictLedger::record(const StreamConflict& conflict, size_t at_most) {
  if (recorded_.size() >= at_most) return;
  recorded_.push_back({conflict.offset, conflict.length(), conflict.kept_by.number,
                       conflict.other_by.number, first_of(conflict.kept),
                       first_of(conflict.other)});
}

void ConflictLedger::describe(HalfRecord& record) const {
  record.conflict_count = count_;
  record.conflict_bytes = differing_;
  record.conflicts = recorded_;
}

}  // namespace tcpflow
