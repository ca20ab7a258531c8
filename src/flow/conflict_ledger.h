// The conflicts of one half: places of which packets brought different copies.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/conflict.h"
#include "flow/flow_record.h"

namespace tcpflow {

// Counts them all and records the first. Owned by its HalfStream.
class ConflictLedger {
 public:
  // Records at most `at_most`. What fragments disagreed about is recorded only: it was counted with
  // their packet. True if the later of the two packets is in no conflict before.
  bool add(const StreamConflict& conflict, size_t at_most);
  void describe(HalfRecord& record) const;

 private:
  void record(const StreamConflict& conflict, size_t at_most);

  uint64_t count_ = 0;
  uint64_t differing_ = 0;
  uint64_t latest_packet_ = 0;
  std::vector<ConflictRecord> recorded_;
};

}  // namespace tcpflow
