#include "stream/held_queue.h"

#include "stream/block_queue.h"
#include "stream/run_queue.h"

namespace tcpflow {

std::unique_ptr<HeldQueue> make_held_queue(OverlapPolicy policy) {
  if (policy == OverlapPolicy::modern_linux) return std::make_unique<BlockQueue>();
  return std::make_unique<RunQueue>(overlap_rule(policy));
}

}  // namespace tcpflow
