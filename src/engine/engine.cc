#include "engine/engine.h"

#include <algorithm>

namespace tcpflow {
namespace {

// Live or from a pipe, console and files lag at most 100 ms; the rest is for reading and writing.
constexpr std::chrono::milliseconds kMaxLag(80);

// Packets that were captured so short a time ago come as they are captured.
constexpr std::chrono::seconds kFresh(60);

bool is_fresh(Timestamp packet) {
  const Timestamp now = std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
  return elapsed(packet, now) <= kFresh && elapsed(now, packet) <= kFresh;
}

}  // namespace

Status Engine::run(PacketSource& source) {
  const uint64_t frames_before = totals_.frames;
  const Status status = read_all(source, frames_before);
  for (const Interface& interface : source.interfaces()) totals_.frames += interface.frames;
  return status;
}

// The frames of a source may borrow from it, so it is not left before all batches have come back.
Status Engine::read_all(PacketSource& source, uint64_t frames_before) {
  Status status = Ok{};
  parts_.decoder.start_input();
  while (!parts_.waiter.stop_requested()) {
    FrameBatch& batch = parts_.shards.open();
    const Result<ReadState> state = source.read(batch);
    if (!state) {
      parts_.shards.close({});
      status = state.error();
      break;
    }
    decode(batch, frames_before);
    const bool idle = *state == ReadState::idle || is_flush_due(source);
    parts_.shards.close({idle, idle ? clock_now() : std::nullopt});
    if (idle) last_flush_ = Clock::now();
    tell_progress(source);
    if (*state == ReadState::end) break;
  }
  parts_.shards.wait_for_all();
  return status;
}

void Engine::decode(FrameBatch& batch, uint64_t frames_before) {
  if (batch.frames.empty()) return;
  for (Frame& frame : batch.frames) {
    frame.number += frames_before;
    totals_.bytes += frame.bytes.size();
    totals_.first = std::min(totals_.first, frame.time);
    totals_.last = std::max(totals_.last, frame.time);
    parts_.shards.add(frame);
    parts_.decoder.decode(frame, batch);
  }
  totals_.passed += batch.frames.size();
  saw_packets_ = true;
  last_packet_ = batch.frames.back().time;
  last_read_ = Clock::now();
}

bool Engine::is_flush_due(const PacketSource& source) const {
  return source.is_prompt() && Clock::now() - last_flush_ >= kMaxLag;
}

void Engine::tell_progress(const PacketSource& source) {
  if (parts_.progress == nullptr) return;
  totals_.flows = parts_.shards.connections();
  parts_.progress->on_progress(totals_, source);
}

// Without packets the clock goes on: held bytes and closed flows do not wait for the next packet.
// That of an old capture does not, however slowly it comes through a pipe, or the same capture
// would give different streams.
std::optional<Timestamp> Engine::clock_now() const {
  if (!saw_packets_ || !is_fresh(last_packet_)) return std::nullopt;
  return shifted(last_packet_, Clock::now() - last_read_);
}

void Engine::finish() {
  parts_.shards.open();
  parts_.decoder.end();
  parts_.shards.close({});
  parts_.shards.end_all();
}

}  // namespace tcpflow
