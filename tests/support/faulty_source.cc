#include "tests/support/faulty_source.h"

#include <algorithm>
#include <utility>

namespace tcpflow::test {
namespace {

TimedFrame copy_of(const Frame& frame) {
  TimedFrame copy;
  copy.time = frame.time;
  copy.bytes.assign(frame.bytes.begin(), frame.bytes.end());
  copy.original_length = frame.original_length;
  copy.link = frame.link;
  copy.interface = frame.interface;
  return copy;
}

}  // namespace

uint64_t Random::next() {
  state_ += 0x9e3779b97f4a7c15;
  uint64_t z = state_;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

std::vector<TimedFrame> with_faults(const std::vector<TimedFrame>& frames, const Faults& faults) {
  Random random(faults.seed);
  // A frame's place is its index; one that is overtaken by n gets a place just after the n-th
  // following one.
  std::vector<std::pair<uint64_t, const TimedFrame*>> places;
  const auto late = [&] { return 1 + random.below(std::max(1u, faults.distance)); };
  for (uint64_t i = 0; i < frames.size(); ++i) {
    if (random.chance(faults.loss)) continue;
    const uint64_t delay = random.chance(faults.reordering) ? late() : 0;
    places.emplace_back(2 * (i + delay) + (delay > 0 ? 1 : 0), &frames[i]);
    if (random.chance(faults.duplication)) places.emplace_back(2 * (i + late()) + 1, &frames[i]);
  }
  std::stable_sort(places.begin(), places.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<TimedFrame> result;
  for (const auto& [place, frame] : places) {
    result.push_back(*frame);
    result.back().time = frames[std::min<uint64_t>(place / 2, frames.size() - 1)].time;
  }
  return result;
}

FaultySource::FaultySource(std::unique_ptr<PacketSource> inner, const Faults& faults)
    : inner_(std::move(inner)), faults_(faults) {}

Result<ReadState> FaultySource::read(FrameBatch& batch) {
  if (end_) return *end_;
  end_ = read_all();
  uint64_t number = 0;
  for (TimedFrame& from : with_faults(frames_, faults_)) {
    Frame frame;
    frame.number = ++number;
    frame.time = from.time;
    frame.original_length = from.original_length;
    frame.bytes = batch.adopt(std::move(from.bytes));
    frame.link = from.link;
    frame.interface = from.interface;
    batch.frames.push_back(frame);
  }
  return ReadState::more;
}

Result<ReadState> FaultySource::read_all() {
  for (;;) {
    FrameBatch batch;
    const Result<ReadState> state = inner_->read(batch);
    for (const Frame& frame : batch.frames) frames_.push_back(copy_of(frame));
    if (!state || *state == ReadState::end) return state;
  }
}

}  // namespace tcpflow::test
