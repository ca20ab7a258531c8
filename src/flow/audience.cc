#include "flow/audience.h"

#include <cassert>

namespace tcpflow {

void Audience::start_half(const Flow& flow, Direction from, const HalfInfo& half) {
  assert(!knows(from));
  if (!knows(opposite(from)) && !factories_.empty()) {
    consumers_ = std::make_unique<std::unique_ptr<StreamConsumer>[]>(factories_.size());
    for (size_t i = 0; i < factories_.size(); ++i) {
      consumers_[i] = factories_[i]->create();
      consumers_[i]->on_start(flow);
    }
  }
  knows_[index_of(from)] = true;
  for (const auto& consumer : consumers()) consumer->on_half_start(from, half);
}

void Audience::end_half(Direction from, HalfEnd why) {
  if (!knows(from)) return;
  for (const auto& consumer : consumers()) consumer->on_half_end(from, why);
}

void Audience::end(FlowEnd why, FlowRecord& record) {
  for (const auto& consumer : consumers()) consumer->on_end(why, record);
  consumers_.reset();
}

}  // namespace tcpflow
