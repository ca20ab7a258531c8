// When halves that hold something may give it up: by packet time, whoever's packets bring it.
#pragma once

#include <array>
#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <vector>

#include "base/limits.h"
#include "base/time.h"
#include "flow/flow_info.h"

namespace tcpflow {

class TcpFlow;

// What a half waits for; each ends so long after it began.
enum class Wait : uint8_t {
  start,  // its first bytes may not be the first: StreamLimits::start_age
  gap,    // its receiver has what the capture lacks: StreamLimits::gap_age
};
inline constexpr size_t kWaitCount = 2;

// All that wait, those that began first in front: all waits of a kind take equally long, and they
// begin in the order of the table's clock. Owned by the FlowTable, used on its thread; every call
// is O(1). Flows stay in place and leave it before they go.
class SettleQueue {
 public:
  explicit SettleQueue(const StreamLimits& limits) : limits_(limits) {}
  SettleQueue(const SettleQueue&) = delete;
  SettleQueue& operator=(const SettleQueue&) = delete;

  // Takes note of what the halves of `flow` wait for after something has happened to them.
  void update(TcpFlow& flow);
  void remove(TcpFlow& flow);
  // A flow of which a wait is over at `now`, or null.
  TcpFlow* due(Timestamp now) const;
  // All of them.
  std::vector<TcpFlow*> all_due(Timestamp now) const;
  // When the next one will be; max() if none waits.
  Timestamp next_due() const;

 private:
  friend class SettlePlaces;
  struct Entry {
    TcpFlow* flow;
    Timestamp since;
  };
  using Entries = std::list<Entry>;

  Duration length_of(size_t wait) const { return wait == 0 ? limits_.start_age : limits_.gap_age; }

  StreamLimits limits_;
  std::array<Entries, kWaitCount> waiting_;  // by Wait
};

// Where a flow's halves stand in the queue. Owned by the flow; few ever need one.
class SettlePlaces {
 private:
  friend class SettleQueue;
  using Place = std::optional<SettleQueue::Entries::iterator>;
  std::array<std::array<Place, kWaitCount>, 2> places_;  // by Direction, by Wait
};

}  // namespace tcpflow
