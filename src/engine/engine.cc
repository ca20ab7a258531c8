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

Status Engine::read_all(PacketSource& source, uint64_t frames_before) {
  FrameBatch batch;
  parts_.decoder.start_input();
  while (!parts_.waiter.stop_requested()) {
    const Result<ReadState> state = source.read(batch);
    if (!state) return state.error();
    decode(batch, frames_before);
    const bool idle = *state == ReadState::idle || is_flush_due(source);
    if (idle) catch_up_with_clock();
    end_batch(idle);
    batch.clear();
    tell_progress(source);
    if (*state == ReadState::end) break;
  }
  return Ok{};
}

void Engine::decode(FrameBatch& batch, uint64_t frames_before) {
  if (batch.frames.empty()) return;
  for (Frame& frame : batch.frames) {
    frame.number += frames_before;
    totals_.bytes += frame.bytes.size();
    totals_.first = std::min(totals_.first, frame.time);
    totals_.last = std::max(totals_.last, frame.time);
    if (frame.lost_within != 0 && parts_.flows != nullptr) {
      parts_.flows->note_loss(frame.number, frame.lost_within);
    }
    parts_.decoder.decode(frame, batch);
    if (parts_.flows != nullptr) parts_.flows->tick(frame.time);
    if (parts_.conversations != nullptr) parts_.conversations->tick(frame.time);
  }
  totals_.passed += batch.frames.size();
  saw_packets_ = true;
  last_packet_ = batch.frames.back().time;
  last_read_ = Clock::now();
}

bool Engine::is_flush_due(const PacketSource& source) const {
  return source.is_prompt() && Clock::now() - last_flush_ >= kMaxLag;
}

void Engine::end_batch(bool idle) {
  for (BatchListener* listener : parts_.listeners) listener->on_batch_end(idle);
  if (parts_.flows != nullptr) parts_.flows->on_batch_end();
  if (idle) last_flush_ = Clock::now();
}

void Engine::tell_progress(const PacketSource& source) {
  if (parts_.progress == nullptr) return;
  if (parts_.flows != nullptr) totals_.flows = parts_.flows->counters().connections;
  parts_.progress->on_progress(totals_, source);
}

// Without packets the clock goes on: held bytes and closed flows do not wait for the next packet.
// That of an old capture does not, however slowly it comes through a pipe, or the same capture
// would give different streams.
void Engine::catch_up_with_clock() {
  if (parts_.flows == nullptr || !saw_packets_ || !is_fresh(last_packet_)) return;
  const Timestamp now = shifted(last_packet_, Clock::now() - last_read_);
  parts_.flows->advance(now);
  if (parts_.conversations != nullptr) parts_.conversations->tick(now);
}

void Engine::finish() {
  parts_.decoder.end();
  if (parts_.flows != nullptr) parts_.flows->end_all();
  if (parts_.conversations != nullptr) parts_.conversations->end_all();
  end_batch(true);
}

}  // namespace tcpflow
