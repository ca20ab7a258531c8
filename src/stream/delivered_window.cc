#include "stream/delivered_window.h"

#include <algorithm>

#include "stream/stream_front.h"

namespace tcpflow {
namespace {

// What a piece costs besides its bytes: its place in the deque, and what malloc adds to both.
constexpr size_t kPieceCost = 80;

}  // namespace

void DeliveredWindow::add(uint64_t at, Bytes bytes, PacketRef packet) {
  // A window that cannot hold one byte beside its bookkeeping holds nothing.
  if (limit_ <= kPieceCost || bytes.empty()) return;
  const size_t kept = std::min(bytes.size(), limit_ - kPieceCost);
  at += bytes.size() - kept;
  bytes = bytes.last(kept);
  cost_ += kPieceCost + kept;
  while (cost_ > limit_) {
    cost_ -= kPieceCost + pieces_.front().bytes.size();
    pieces_.pop_front();
  }
  pieces_.push_back({at, {bytes.begin(), bytes.end()}, packet});
}

void DeliveredWindow::compare(const StreamPiece& piece, OrderedSink& sink) const {
  const uint64_t end = piece.at + piece.bytes.size();
  auto kept = std::partition_point(pieces_.begin(), pieces_.end(), [&](const Piece& each) {
    return each.at + each.bytes.size() <= piece.at;
  });
  for (; kept != pieces_.end() && kept->at < end; ++kept) {
    tell_difference({kept->at, kept->bytes, 0, kept->packet}, piece, sink);
  }
}

}  // namespace tcpflow
