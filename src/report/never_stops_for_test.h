// A waiter for tests that write to files only.
#pragma once

#include "base/wait.h"

namespace tcpflow::test {

// Nobody asks to stop.
class NeverStops : public Waiter {
 public:
  Ready wait_readable(int, Duration) override { return Ready::timed_out; }
  bool stop_requested() override { return false; }
};

}  // namespace tcpflow::test
