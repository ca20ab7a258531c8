// Frames that no stream used, on their way into packet order (-w).
#pragma once

#include <cstdint>
#include <vector>

#include "base/lane.h"
#include "decode/frame_observer.h"
#include "flow/flow_table.h"

namespace tcpflow {

struct UnusedFrame {
  Frame frame;                // its octets are good until the batch ends
  std::vector<uint8_t> copy;  // of its octets, where they go before that; else empty
};

// What flows did not use. One per shard, on its thread. Borrows both for its life.
class UnusedSegments : public UnusedSink {
 public:
  UnusedSegments(EntryLane<UnusedFrame>& lane, const Moment& now) : lane_(lane), now_(now) {}
  void on_unused(const Frame& frame) override { lane_.add(now_, {frame, {}}); }

 private:
  EntryLane<UnusedFrame>& lane_;
  const Moment& now_;
};

// What the decoder dropped with IP in it. On the reader's thread, which says by `now` what packet
// it is at. Borrows both for its life.
class UndecodedFrames : public FrameObserver {
 public:
  explicit UndecodedFrames(EntryLane<UnusedFrame>& lane) : lane_(lane) {}
  // To be told before the first frame.
  void go_by(const Moment& now) { now_ = &now; }
  bool wants_fragments() const override { return true; }
  void on_frame(const Frame& frame, const FrameFate& fate) override {
    if (!fate.has_ip || fate.why == Drop::none) return;
    // A fragment that was held lives in the decoder, until this call returns.
    lane_.add(*now_, {frame, {frame.bytes.begin(), frame.bytes.end()}});
  }

 private:
  EntryLane<UnusedFrame>& lane_;
  const Moment* now_ = nullptr;
};

}  // namespace tcpflow
