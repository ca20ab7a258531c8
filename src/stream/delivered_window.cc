#include "stream/delivered_window.h"

#include <algorithm>

#include "stream/stream_front.h"

namespace tcpflow {

void DeliveredWindow::add(uint64_t at, Bytes bytes, PacketRef packet) {
  constexpr size_t kLeast = kOwnCost + RunMap::kRunCost;
  // A window that cannot hold one byte beside its bookkeeping holds nothing.
  if (limit_ <= kLeast || bytes.empty()) return;
  const size_t kept = std::min(bytes.size(), limit_ - kLeast);
  while (cost() + RunMap::kRunCost + kept > limit_) pieces_.take_first();
  pieces_.insert(at + (bytes.size() - kept), bytes.last(kept), packet);
}

void DeliveredWindow::compare(const StreamPiece& piece, OrderedSink& sink) {
  const uint64_t end = piece.at + piece.bytes.size();
  auto kept = pieces_.first_ending_after(piece.at);
  for (; kept != pieces_.end() && kept->first < end; ++kept) {
    tell_difference({kept->first, kept->second.octets.bytes(), 0, kept->second.packet}, piece,
                    sink);
  }
}

}  // namespace tcpflow
