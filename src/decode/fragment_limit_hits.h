// How often each limit on fragments cost something.
#pragma once

#include <cstdint>

namespace tcpflow {

// By the names of FragmentLimits. A value.
struct FragmentLimitHits {
  uint64_t datagrams = 0;
  uint64_t bytes = 0;
  uint64_t fragments_per_datagram = 0;
};

}  // namespace tcpflow
