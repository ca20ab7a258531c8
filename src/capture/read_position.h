// How far the reading of an input has come.
#pragma once

#include <cstdint>

namespace tcpflow {

// Octets as they lie on the disk or come through the pipe, compressed where the input is. A value.
struct ReadPosition {
  uint64_t read = 0;  // what is buffered and not yet used included
  uint64_t size = 0;  // of the file; 0 where nobody knows (pipe, live)
};

}  // namespace tcpflow
