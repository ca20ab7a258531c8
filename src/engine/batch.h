// A batch on its way from the reader to the shards and back.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "base/lane.h"
#include "base/time.h"
#include "capture/frame.h"
#include "decode/datagram.h"
#include "decode/segment.h"
#include "flow/gauge.h"

namespace tcpflow {

// The capture says that it lost packets: CaptureDrops.
struct LossNote {
  uint64_t packet = 0;
  uint32_t within = 0;
};

// Frames with the clock at each of them, what the decoder made of them for each shard, and later
// what each shard made of that. Filled by the reader; then every shard reads all of it but writes
// only its own outcome; in the end the reader's thread replays the outcomes and clears it.
struct Batch {
  // What one shard is to take, in packet order. Segments point at frames of the batch.
  struct Share {
    std::vector<Segment> segments;
    std::vector<Datagram> datagrams;
    std::deque<Encapsulation> paths;  // of these
  };
  // What it made of it, by kind.
  struct Outcome {
    std::vector<std::unique_ptr<Lane>> lanes;
    std::vector<Gauge::Change> halves_open;
    std::vector<Gauge::Change> held;
    uint64_t connections = 0;  // of this shard, so far
  };

  FrameBatch frames;
  std::vector<Timestamp> clocks;  // by frame: the latest packet time up to it, tdelta added
  std::vector<LossNote> losses;
  std::vector<Share> shares;      // by shard
  std::vector<Outcome> outcomes;  // by shard
  std::vector<std::unique_ptr<Lane>> readers_lanes;
  std::vector<size_t> replayed;         // of the first lanes, where they are replayed in pieces
  bool opens_flows = true;              // false: -R
  bool idle = false;                    // nothing may be held back behind it
  bool is_last = false;                 // all flows end with it
  std::optional<Timestamp> advance_to;  // the clock went on behind the last frame
  uint64_t last_packet = 0;             // number of the last frame so far, of this batch or before

  // Where a frame of the batch stands in it.
  size_t index_of(const Frame* frame) const {
    return static_cast<size_t>(frame - frames.frames.data());
  }
  // All spans into it die. Lanes must have been replayed.
  void clear() {
    frames.clear();
    clocks.clear();
    losses.clear();
    for (Share& share : shares) {
      share.segments.clear();
      share.datagrams.clear();
      share.paths.clear();
    }
    idle = is_last = false;
    advance_to.reset();
  }
};

}  // namespace tcpflow
