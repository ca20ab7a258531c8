// Bytes of a stream that wait behind a hole.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "stream/overlap_policy.h"
#include "stream/stream_front.h"

namespace tcpflow {

// Decides, by the overlap policy, which copy of a byte is delivered. Owned by its Reassembler, used
// on the shard's thread. Pieces are borrowed for the call; what has to wait is copied. Offsets and
// costs are in octets.
class HeldQueue {
 public:
  virtual ~HeldQueue() = default;
  // Takes a piece with bytes that begins at front.next() or behind it. What of it is next in order
  // is delivered at once, without a copy. release() must follow.
  virtual void add(const StreamPiece& piece, StreamFront& front) = 0;
  // Delivers what front.next() has reached.
  virtual void release(StreamFront& front) = 0;
  virtual bool is_empty() const = 0;
  // Offset of the first held byte; not of an empty queue.
  virtual uint64_t first() const = 0;
  // The packet that brought it.
  virtual PacketRef first_packet() const = 0;
  // False: no octet of the range is held. True where finding that out would take long.
  virtual bool may_hold(const OctetRange& range) const = 0;
  // Octets held, bookkeeping included.
  virtual size_t cost() const = 0;
};

// The queue that does what hosts of this kind do. Never null.
std::unique_ptr<HeldQueue> make_held_queue(OverlapPolicy policy);

}  // namespace tcpflow
