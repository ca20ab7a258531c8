// Copies of the last bytes that a half delivered, to compare repetitions with.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/run_map.h"
#include "stream/ordered_sink.h"

namespace tcpflow {

// Owned by its Reassembler, used on the shard's thread; keeps copies, borrows nothing. Never costs
// more than its limit, which is in octets and includes bookkeeping; the oldest pieces go first.
class DeliveredWindow {
 public:
  // What it costs while it is empty, as malloc rounds it.
  static constexpr size_t kOwnCost = 96;

  explicit DeliveredWindow(size_t limit) : limit_(limit) {}

  // Offsets only grow. Of more bytes than the window holds, the last are kept.
  void add(uint64_t at, Bytes bytes, PacketRef packet);
  // Tells `sink` where `piece` differs from what is kept. What is kept no more is not compared.
  void compare(const StreamPiece& piece, OrderedSink& sink);
  // Bookkeeping included.
  size_t cost() const { return kOwnCost + pieces_.cost(); }

 private:
  const size_t limit_;
  RunMap pieces_;
};

static_assert(sizeof(DeliveredWindow) <= DeliveredWindow::kOwnCost);

}  // namespace tcpflow
