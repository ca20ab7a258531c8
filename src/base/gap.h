// Missing bytes of a stream: why they are, and what is put in their place.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace tcpflow {

enum class GapReason : uint8_t {
  not_captured,  // the capture does not hold them
  snap_length,   // on the wire, but cut by the snap length
  limit,         // given up at a limit on held bytes
  capture_drop,  // not captured, and the capture says that it dropped packets then
  left_out,      // captured, at least in part, in segments that strict mode does not use
};
inline constexpr size_t kGapReasonCount = 5;

// What stands for missing bytes where a stream is written.
enum class GapForm : uint8_t {
  zero,  // as many zeros; in a file a hole
  skip,  // nothing: what follows comes right behind what was before
  mark,  // gap_marker(), on a line of its own
};

// "[tcpflow: 1460 bytes missing]".
std::string gap_marker(uint64_t length);

}  // namespace tcpflow
