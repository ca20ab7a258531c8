// Waiting for input without missing a signal. app/ implements it; sources use it and know nothing
// of signals.
#pragma once

#include "base/time.h"

namespace tcpflow {

enum class Ready : uint8_t { readable, timed_out, stopped };

// One thread uses it at a time (the reader).
class Waiter {
 public:
  virtual ~Waiter() = default;
  // Waits until `fd` can be read (or is at its end), `at_most` has passed, or the run was asked to
  // stop.
  virtual Ready wait_readable(int fd, Duration at_most) = 0;
  // True once the run was asked to stop (SIGINT, SIGTERM, SIGHUP). Cheap; asked once a batch.
  virtual bool stop_requested() = 0;
};

}  // namespace tcpflow
