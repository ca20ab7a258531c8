#include "flow/closed_connections.h"

namespace tcpflow {

void ClosedConnections::remember(const FlowKey& key, const PriorConnection& closed) {
  take(key);
  if (!closed.is_known()) return;  // nothing of it can come again, and a scan closes thousands
  by_age_.push_back({key, closed});
  by_key_.emplace(key, std::prev(by_age_.end()));
  while (by_age_.size() > limits_.remembered ||
         elapsed(by_age_.front().closed.replaced, closed.replaced) > limits_.remember) {
    forget(by_age_.begin());
  }
}

bool ClosedConnections::covers(const FlowKey& key, const Segment& segment, bool sender_is_low,
                               Timestamp now) const {
  const auto found = by_key_.find(key);
  if (found == by_key_.end()) return false;
  const PriorConnection& closed = found->second->closed;
  return elapsed(closed.replaced, now) <= limits_.remember && closed.covers(segment, sender_is_low);
}

std::optional<PriorConnection> ClosedConnections::take(const FlowKey& key) {
  const auto found = by_key_.find(key);
  if (found == by_key_.end()) return std::nullopt;
  const PriorConnection closed = found->second->closed;
  forget(found->second);
  return closed;
}

void ClosedConnections::forget(Entries::iterator entry) {
  by_key_.erase(entry->key);
  by_age_.erase(entry);
}

}  // namespace tcpflow
