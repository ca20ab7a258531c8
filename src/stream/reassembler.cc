#include "stream/reassembler.h"

#include <algorithm>
#include <cassert>

namespace tcpflow {

StreamExtras::StreamExtras() = default;
StreamExtras::~StreamExtras() = default;

void Reassembler::push(const StreamPiece& piece, Outlet out) {
  StreamFront front(state_, out);
  uint64_t at = piece.at;
  Bytes bytes = piece.bytes;
  if (at < front.next()) {  // the front was delivered before
    const uint64_t seen = std::min<uint64_t>(front.next() - at, bytes.size());
    front.pass_over_delivered({at, bytes.first(seen), 0, piece.packet});
    bytes = bytes.subspan(seen);
    at += seen;
  }
  if (!bytes.empty() && at == front.next() && !has_gap_) {
    front.deliver(bytes, piece.packet);
  } else if (!bytes.empty()) {
    queue_to_add_to().add({at, bytes, 0, piece.packet}, front);
    release(front);
  }
  // What was cut comes behind the bytes, whether or not these were delivered before.
  if (piece.missing == 0) return;
  const uint64_t seen_end = piece.at + piece.bytes.size();
  place_missing({seen_end, seen_end + piece.missing}, piece.packet, front);
}

void Reassembler::place_missing(const OctetRange& range, PacketRef packet, StreamFront& front) {
  const uint64_t at = std::max(range.begin, front.next());
  if (at >= range.end) return;
  if (at == front.next() && !has_gap_) return front.skip_to(range.end, GapReason::snap_length);
  std::unique_ptr<KnownMissing>& missing = state_.more().missing;
  if (!missing) missing = std::make_unique<KnownMissing>();
  missing->add(at, range.end, packet);
  release(front);
}

void Reassembler::release(StreamFront& front) {
  HeldQueue* const held = queue();
  KnownMissing* const cut_off = missing();
  do {
    // In turns: bytes may bring the front to a known hole, and that to bytes again.
    if (held != nullptr) held->release(front);
  } while (cut_off != nullptr && cut_off->release(front, first_queued()));
  has_gap_ = std::min(first_queued(), first_missing()) != UINT64_MAX;
}

void Reassembler::give_up_gap(GapReason why, Outlet out) {
  if (!has_gap_) return;
  StreamFront front(state_, out);
  front.skip_to(first_held(), why);
  release(front);
}

uint64_t Reassembler::first_held() const {
  assert(has_gap_);
  return std::min(first_queued(), first_missing());
}

PacketRef Reassembler::first_held_packet() const {
  assert(has_gap_);
  return first_held() == first_queued() ? queue()->first_packet() : missing()->first_packet();
}

size_t Reassembler::held_cost() const {
  return (queue() != nullptr ? queue()->cost() : 0) +
         (missing() != nullptr ? missing()->cost() : 0);
}

HeldQueue& Reassembler::queue_to_add_to() {
  std::unique_ptr<HeldQueue>& made = state_.more().queue;
  if (!made) made = make_held_queue(policy_);
  return *made;
}

}  // namespace tcpflow
