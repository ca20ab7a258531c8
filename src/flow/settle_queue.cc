#include "flow/settle_queue.h"

#include <algorithm>
#include <cassert>

#include "flow/tcp_flow.h"

namespace tcpflow {

void SettleQueue::update(TcpFlow& flow) {
  if (flow.settle_places == nullptr) {
    if (!flow.waits()) return;
    flow.settle_places = std::make_unique<SettlePlaces>();
  }
  for (const Direction from : {Direction::originator, Direction::responder}) {
    for (size_t wait = 0; wait < kWaitCount; ++wait) {
      SettlePlaces::Place& place = flow.settle_places->places_[index_of(from)][wait];
      const std::optional<Timestamp> since = flow.waits_since(from, static_cast<Wait>(wait));
      if (place && since == (*place)->since) continue;
      Entries& entries = waiting_[wait];
      if (place) entries.erase(*place);
      place.reset();
      if (!since) continue;
      assert(entries.empty() || entries.back().since <= *since);
      place = entries.insert(entries.end(), {&flow, *since});
    }
  }
}

void SettleQueue::remove(TcpFlow& flow) {
  if (flow.settle_places == nullptr) return;
  for (const auto& half : flow.settle_places->places_) {
    for (size_t wait = 0; wait < kWaitCount; ++wait) {
      if (half[wait]) waiting_[wait].erase(*half[wait]);
    }
  }
  flow.settle_places.reset();
}

TcpFlow* SettleQueue::due(Timestamp now) const {
  for (size_t wait = 0; wait < kWaitCount; ++wait) {
    if (waiting_[wait].empty()) continue;
    const Entry& first = waiting_[wait].front();
    if (elapsed(first.since, now) >= length_of(wait)) return first.flow;
  }
  return nullptr;
}

std::vector<TcpFlow*> SettleQueue::all_due(Timestamp now) const {
  std::vector<TcpFlow*> flows;
  for (size_t wait = 0; wait < kWaitCount; ++wait) {
    for (const Entry& entry : waiting_[wait]) {
      if (elapsed(entry.since, now) < length_of(wait)) break;
      flows.push_back(entry.flow);
    }
  }
  std::sort(flows.begin(), flows.end());
  flows.erase(std::unique(flows.begin(), flows.end()), flows.end());
  return flows;
}

Timestamp SettleQueue::next_due() const {
  Timestamp next = Timestamp::max();
  for (size_t wait = 0; wait < kWaitCount; ++wait) {
    if (waiting_[wait].empty()) continue;
    next = std::min(next, shifted(waiting_[wait].front().since, length_of(wait)));
  }
  return next;
}

}  // namespace tcpflow
