// One captured frame, and the batch that owns what frames borrow from.
#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/conflict.h"
#include "base/time.h"
#include "capture/frame_store.h"
#include "capture/link_type.h"

namespace tcpflow {

inline constexpr uint8_t kFcsUnknown = 0xff;

// A frame as it was recorded. `bytes` borrows from its FrameBatch and is good until that batch is
// cleared.
struct Frame {
  uint64_t number = 0;           // from 1, over all inputs of the run, filtered frames included
  Timestamp time;                // as recorded; tdelta is added by the engine
  Bytes bytes;                   // the captured octets
  uint32_t original_length = 0;  // octets on the wire, never below bytes.size()
  uint32_t interface = 0;        // index into PacketSource::interfaces()
  LinkType link = LinkType::ethernet;
  uint8_t fcs_length =
      kFcsUnknown;  // octets of frame check sequence at the end, where the capture says so
  // The capture says that it lost packets somewhere between this one and the one so many before it;
  // 0: it says nothing.
  uint32_t lost_within = 0;
};

// What one read of a source gave: frames, and the storage under them. Made by the reader, filled by
// a PacketSource, read by the decoder; it is what crosses to the shards. Frames do not move while
// the batch lives, so a Segment may point at its Frame until clear(). One thread at a time.
class FrameBatch {
 public:
  std::vector<Frame> frames;
  // Copies of frames, for sources whose own do not stay.
  FrameStore copies;

  // Keeps the buffer in which frames lie until clear().
  void keep_chunk(std::vector<uint8_t> chunk) { chunks_.push_back(std::move(chunk)); }
  // A buffer that was kept before, with whatever is in it; empty if there is none.
  std::vector<uint8_t> take_spare() { return std::exchange(spare_, {}); }
  // Takes frames, and the chunks under them, out of a batch that holds nothing else.
  void take_over(FrameBatch& other) {
    frames.insert(frames.end(), other.frames.begin(), other.frames.end());
    for (std::vector<uint8_t>& chunk : other.chunks_) chunks_.push_back(std::move(chunk));
    other.chunks_.clear();
    other.clear();
  }

  // Keeps `bytes` until clear() and returns where they lie: for payloads that no frame holds in one
  // piece (reassembled datagrams) and for sources that decompress.
  Bytes adopt(std::vector<uint8_t> bytes) {
    adopted_.push_back(std::move(bytes));
    return adopted_.back();
  }
  // The same for what the fragments behind such a payload disagreed about.
  const FragmentConflicts* adopt(FragmentConflicts conflicts) {
    return &conflicts_.emplace_back(std::move(conflicts));
  }
  // Forgets frames and what was adopted; all spans into the batch die.
  void clear() {
    // One chunk is used again. Not one that a long record has made large.
    if (!chunks_.empty() && chunks_.back().size() <= kMostSpare) spare_ = std::move(chunks_.back());
    chunks_.clear();
    copies.clear();
    frames.clear();
    adopted_.clear();
    conflicts_.clear();
  }

 private:
  static constexpr size_t kMostSpare = size_t{4} << 20;

  std::vector<std::vector<uint8_t>> chunks_;
  std::vector<uint8_t> spare_;
  std::vector<std::vector<uint8_t>> adopted_;
  std::list<FragmentConflicts> conflicts_;
};

}  // namespace tcpflow
