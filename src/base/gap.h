// Why bytes of a stream are missing.
#pragma once

#include <cstddef>
#include <cstdint>

namespace tcpflow {

enum class GapReason : uint8_t {
  not_captured,  // the capture does not hold them
  snap_length,   // on the wire, but cut by the snap length
  limit,         // given up at a limit on held bytes
};
inline constexpr size_t kGapReasonCount = 3;

}  // namespace tcpflow
