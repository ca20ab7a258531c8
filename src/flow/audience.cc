#include "flow/audience.h"

#include <cassert>

namespace tcpflow {

void Audience::start_half(const Flow& flow, Direction from, const HalfInfo& half) {
  assert(!knows(from));
  if (!knows(opposite(from))) {
    for (ConsumerFactory* factory : factories_) {
      consumers_.push_back(factory->create());
      consumers_.back()->on_start(flow);
    }
  }
  knows_[index_of(from)] = true;
  for (const auto& consumer : consumers_) consumer->on_half_start(from, half);
}

void Audience::end_half(Direction from, HalfEnd why) {
  if (!knows(from)) return;
  for (const auto& consumer : consumers_) consumer->on_half_end(from, why);
}

void Audience::end(FlowEnd why, FlowRecord& record) {
  for (const auto& consumer : consumers_) consumer->on_end(why, record);
  consumers_.clear();
}

}  // namespace tcpflow
