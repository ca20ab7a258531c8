// Held bytes for all policies that compare two pieces at a time.
#pragma once

#include "base/run_map.h"
#include "stream/held_queue.h"

namespace tcpflow {

// Of each two copies of a byte one is dropped when the second comes, so runs never overlap. A piece
// is compared with what is left of those before it. A call costs O(log n) in the runs held, and
// what it compares and drops.
class RunQueue : public HeldQueue {
 public:
  explicit RunQueue(OverlapRule rule) : rule_(rule) {}

  void add(const StreamPiece& piece, StreamFront& front) override;
  void release(StreamFront& front) override;
  bool is_empty() const override { return runs_.is_empty(); }
  uint64_t first() const override { return runs_.begin()->first; }
  PacketRef first_packet() const override { return runs_.begin()->second.packet; }
  bool may_hold(const OctetRange& range) const override;
  size_t cost() const override { return runs_.cost(); }

 private:
  // Delivers or holds what `piece` brings of a range that it has won.
  void place(const OctetRange& won, const StreamPiece& piece, StreamFront& front);

  const OverlapRule rule_;
  RunMap runs_;
};

}  // namespace tcpflow
