#include "tests/support/fake_source.h"

#include <algorithm>
#include <utility>

namespace tcpflow::test {

FakeSource::FakeSource(std::vector<TimedFrame> frames, FakeSourceParams params)
    : frames_(std::move(frames)), params_(std::move(params)) {}

Result<ReadState> FakeSource::read(FrameBatch& batch) {
  if (params_.idle_after.erase(next_) > 0) return ReadState::idle;
  if (next_ == frames_.size()) return finish();
  const size_t end = std::min(frames_.size(), next_ + params_.batch);
  while (next_ < end) {
    hand_out(batch);
    if (params_.idle_after.erase(next_) > 0) return ReadState::idle;
  }
  return ReadState::more;
}

void FakeSource::hand_out(FrameBatch& batch) {
  const TimedFrame& from = frames_[next_++];
  Frame frame;
  frame.number = next_;
  frame.time = from.time;
  frame.bytes = from.bytes;
  frame.original_length = std::max(from.original_length, static_cast<uint32_t>(from.bytes.size()));
  frame.interface = from.interface;
  frame.link = from.link;
  batch.frames.push_back(frame);
  if (from.interface < params_.interfaces.size()) ++params_.interfaces[from.interface].frames;
}

// The error is told once; whoever reads on is told that the input is over.
Result<ReadState> FakeSource::finish() {
  if (!params_.error) return ReadState::end;
  const Error error = *std::exchange(params_.error, std::nullopt);
  return error;
}

}  // namespace tcpflow::test
