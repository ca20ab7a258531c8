// Where the capture itself says that it lost packets.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace tcpflow {

// The latest of these places, told in packet order. Owned by the FlowTable, used on its thread.
class CaptureDrops {
 public:
  // At least so many places are known; those before are forgotten.
  static constexpr size_t kKept = 4096;

  // Packets were lost between the one with this number and the one `within` before it.
  void note(uint64_t packet, uint32_t within);
  // Some were lost behind the packet `after` and before the packet `upto`.
  bool any_between(uint64_t after, uint64_t upto) const;

 private:
  // Packets with others lost before each of them, perhaps.
  struct Run {
    uint64_t first = 0;
    uint64_t last = 0;
  };
  std::vector<Run> runs_;
};

}  // namespace tcpflow
