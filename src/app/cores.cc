#include "app/cores.h"

#include <sched.h>

#include <algorithm>

namespace tcpflow {

size_t usable_cores(size_t at_most) {
  cpu_set_t cores;
  CPU_ZERO(&cores);
  // Fails on machines with more cores than the set has room for: then there are plenty.
  if (::sched_getaffinity(0, sizeof cores, &cores) != 0) return at_most;
  return std::clamp<size_t>(static_cast<size_t>(CPU_COUNT(&cores)), 1, at_most);
}

}  // namespace tcpflow
