// Output to pipes and terminals: nobody may be reading, and a wish to stop must be seen even so.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/wait.h"

namespace tcpflow {

// How far a write came. `code` is the errno that stopped it, 0 if all is written.
struct Written {
  uint64_t bytes = 0;
  int code = 0;
};

// How long to wait for a reader: for ever, until the run is to stop; from then on as long as bytes
// still move, and `after_stop` beyond the last that did. A value; borrows the waiter, on whose
// thread it is used.
struct Patience {
  Waiter& waiter;
  Duration after_stop = std::chrono::seconds(1);
};

// Writes all of `text` where the descriptor stands, whatever it is. The code is ECANCELED once
// patience has ended. SIGPIPE is the caller's to ignore.
Written write_all(int fd, std::string_view text, const Patience& patience);

// Opens `path` by open(2) with `flags`, for writing only if it is a FIFO, for whose reader it
// waits. Returns the descriptor or -errno; -ECANCELED where the run is to stop before a reader
// came.
int open_output(const std::string& path, int flags, Waiter& waiter);

// After -ENXIO from opening a FIFO without a reader: waits a little. False: the run is to stop.
bool may_still_be_read(Waiter& waiter);

// What to tell of the `code` of a write or an open here.
Error write_error(const std::string& name, int code);

}  // namespace tcpflow
