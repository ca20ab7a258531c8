// Puts the bytes of one half in order. Knows offsets only: no headers, no sequence numbers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "stream/held_queue.h"
#include "stream/known_missing.h"
#include "stream/stream_front.h"

namespace tcpflow {

// Holds what is ahead of a hole, delivers the rest at once. Delivered bytes never change (design
// rule 3); which copy of a held one counts is the policy's business. One per half, used by the
// shard's thread. In-order data allocates nothing and is not copied, but for the window. Sets no
// limit: whoever owns it looks at held_cost() and gives holes up. Offsets are in octets from the
// first byte of the half.
class Reassembler {
 public:
  explicit Reassembler(OverlapPolicy policy = OverlapPolicy::first) : policy_(policy) {}

  using Outlet = StreamOutlet;

  // Takes a piece that may begin anywhere, before next() too. `piece` is borrowed for the call, but
  // bytes that are delivered at once are handed on without a copy.
  void push(const StreamPiece& piece, Outlet out);
  // Gives up the hole before the first held byte: one on_gap, then what follows it. No-op without a
  // hole.
  void give_up_gap(GapReason why, Outlet out);
  // Forgets the copies of delivered bytes.
  void drop_window() {
    if (state_.extras) state_.extras->window.reset();
  }

  // First offset not delivered (as bytes or gap).
  uint64_t next() const { return state_.next; }
  bool has_gap() const { return has_gap_; }
  // Offset of the first held byte; only with has_gap().
  uint64_t first_held() const;
  // The packet that brought it, or that was cut there.
  PacketRef first_held_packet() const;
  // False: no octet of the range is held. True where finding that out would take long.
  bool may_hold(const OctetRange& range) const {
    return queue() != nullptr && queue()->may_hold(range);
  }
  // Number of the packet whose bytes were delivered last; 0: none were.
  uint64_t last_delivered() const { return state_.last_packet; }
  // Octets that came and were not delivered, since other copies were or will be, or since their
  // place was given up.
  uint64_t repeated() const { return state_.extras ? state_.extras->repeated : 0; }
  // Octets held behind holes, bookkeeping included.
  size_t held_cost() const;
  // The same of the copies of delivered bytes.
  size_t window_cost() const {
    return state_.extras && state_.extras->window ? state_.extras->window->cost() : 0;
  }

 private:
  void place_missing(const OctetRange& range, PacketRef packet, StreamFront& front);
  void release(StreamFront& front);
  HeldQueue& queue_to_add_to();
  HeldQueue* queue() const { return state_.extras ? state_.extras->queue.get() : nullptr; }
  KnownMissing* missing() const { return state_.extras ? state_.extras->missing.get() : nullptr; }
  uint64_t first_queued() const {
    return queue() != nullptr && !queue()->is_empty() ? queue()->first() : UINT64_MAX;
  }
  uint64_t first_missing() const {
    return missing() != nullptr && !missing()->is_empty() ? missing()->first() : UINT64_MAX;
  }

  StreamState state_;
  OverlapPolicy policy_;
  bool has_gap_ = false;  // the queue or the set of what is missing is not empty
};

}  // namespace tcpflow
