// Drives a run: frames from a source through the decoder to the flows, batch by batch.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "base/result.h"
#include "base/wait.h"
#include "capture/source.h"
#include "decode/decoder.h"
#include "engine/flow_shards.h"
#include "engine/progress_listener.h"

namespace tcpflow {

// What a run is made of; borrowed for the engine's life.
struct EngineParts {
  Decoder& decoder;
  FlowShards& shards;  // what the decoder makes goes to them, or elsewhere (-K, -x tcpdemux)
  Waiter& waiter;
  ProgressListener* progress = nullptr;
};

// Totals over all inputs.
struct EngineTotals {
  uint64_t frames = 0;  // filtered ones included
  uint64_t passed = 0;  // those that passed the filter
  uint64_t bytes = 0;   // captured octets of these
  uint64_t flows = 0;   // begun so far; 0 where segments go elsewhere
  // The earliest and the latest packet time of these, tdelta not added; meaningful with passed > 0.
  Timestamp first = Timestamp::max();
  Timestamp last = Timestamp::min();
};

// The reader: reads and decodes, and hands batches to the shards of the flows. Where the source
// says that nothing more is at hand, and at least every 80 ms of a source that arrives by the
// clock, nothing is held back.
class Engine {
 public:
  explicit Engine(const EngineParts& parts) : parts_(parts) {}

  // Reads `source` to its end, to its damage (the error says where), or until a stop is requested.
  // Can be called for one source after the other; flows stay open between them.
  Status run(PacketSource& source);
  // The inputs are over: fragments are given up, all flows end.
  void finish();

  const EngineTotals& totals() const { return totals_; }

 private:
  using Clock = std::chrono::steady_clock;

  Status read_all(PacketSource& source, uint64_t frames_before);
  void decode(FrameBatch& batch, uint64_t frames_before);
  bool is_flush_due(const PacketSource& source) const;
  std::optional<Timestamp> clock_now() const;
  void tell_progress(const PacketSource& source);

  EngineParts parts_;
  EngineTotals totals_;
  bool saw_packets_ = false;
  Timestamp last_packet_;        // as recorded
  Clock::time_point last_read_;  // when that packet was read
  Clock::time_point last_flush_;
};

}  // namespace tcpflow
