// The place up to which a stream was delivered, and what happens there.
#pragma once

#include <cstdint>
#include <memory>

#include "stream/delivered_window.h"
#include "stream/ordered_sink.h"

namespace tcpflow {

class HeldQueue;
class KnownMissing;

// Tells `sink` if two pieces differ where both have bytes; `kept` is the one whose bytes stay.
// Returns how many octets they share.
uint64_t tell_difference(const StreamPiece& kept, const StreamPiece& other, OrderedSink& sink);

// Where delivered bytes go, and what delivering them may touch. `window`: keep so much of them to
// compare repetitions with, bookkeeping included; 0: nothing.
struct StreamOutlet {
  OrderedSink& sink;
  RetiredBytes& retired;
  size_t window = 0;
};

// What a stream needs once it was not in order, or if its bytes are kept.
struct StreamExtras {
  StreamExtras();
  ~StreamExtras();

  uint64_t repeated = 0;  // octets that came and were not delivered, since others were or will be
  std::unique_ptr<DeliveredWindow> window;
  std::unique_ptr<HeldQueue> queue;       // null until bytes had to wait
  std::unique_ptr<KnownMissing> missing;  // null until the snap length cut something behind a hole
};

// How far a stream has come. Owned by its Reassembler.
struct StreamState {
  uint64_t next = 0;         // all before it was delivered, as bytes or as a gap
  uint64_t last_packet = 0;  // number of the one whose bytes were delivered last; 0: none
  std::unique_ptr<StreamExtras> extras;  // null: none needed so far

  StreamExtras& more() {
    if (!extras) extras = std::make_unique<StreamExtras>();
    return *extras;
  }
};

// The state and the outlet during one call: what a queue of held pieces works with. Borrows both,
// so it must not outlive the call.
class StreamFront {
 public:
  StreamFront(StreamState& state, const StreamOutlet& out) : state_(state), out_(out) {}

  uint64_t next() const { return state_.next; }
  // Delivers what begins at next().
  void deliver(Bytes bytes, PacketRef packet) {
    const uint64_t at = state_.next;
    state_.next += bytes.size();
    state_.last_packet = packet.number;
    keep(at, bytes, packet);
    out_.sink.on_bytes(at, bytes, packet);
  }
  // Tells of the gap from next() to `offset`, which lies behind it.
  void skip_to(uint64_t offset, GapReason why) {
    const uint64_t from = state_.next;
    state_.next = offset;
    out_.sink.on_gap(from, offset - from, why);
  }
  // What is kept so outlives the call.
  void retire(std::vector<uint8_t> bytes) { out_.retired.keep(std::move(bytes)); }
  // `other` is not used for the octets that it shares with `kept`.
  void pass_over(const StreamPiece& kept, const StreamPiece& other) {
    state_.more().repeated += tell_difference(kept, other, out_.sink);
  }
  // All of `piece` lies before next().
  void pass_over_delivered(const StreamPiece& piece) {
    StreamExtras& extras = state_.more();
    extras.repeated += piece.bytes.size();
    if (extras.window) extras.window->compare(piece, out_.sink);
  }

 private:
  void keep(uint64_t at, Bytes bytes, PacketRef packet) {
    if (out_.window == 0) return;
    std::unique_ptr<DeliveredWindow>& window = state_.more().window;
    if (!window) window = std::make_unique<DeliveredWindow>(out_.window);
    window->add(at, bytes, packet);
  }

  StreamState& state_;
  const StreamOutlet& out_;
};

}  // namespace tcpflow
