// When a source of live data must say idle, so that outputs lag at most 100 ms.
#pragma once

#include <algorithm>
#include <chrono>

#include "base/time.h"

namespace tcpflow {

// Owned by one source. Idle is due every kIdlePeriod also while data keeps coming: a trickle of
// packets must not keep outputs from being flushed.
class IdleClock {
 public:
  // What is left of the 100 ms is for the kernel, which gathers packets, and for the writing.
  static constexpr Duration kIdlePeriod = std::chrono::milliseconds(80);

  // Time until idle is due; zero when it is.
  Duration left() const {
    return std::max(Duration::zero(),
                    std::chrono::duration_cast<Duration>(due_ - std::chrono::steady_clock::now()));
  }
  void said_idle() { due_ = std::chrono::steady_clock::now() + kIdlePeriod; }

 private:
  std::chrono::steady_clock::time_point due_ = std::chrono::steady_clock::now() + kIdlePeriod;
};

}  // namespace tcpflow
