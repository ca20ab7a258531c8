// Which RST a host accepts, by its kind.
#pragma once

#include <cstdint>

#include "stream/overlap_policy.h"

namespace tcpflow {

// True if a host of this kind accepts a RST so many octets behind the next one that it waits for.
// The exact place is for the caller to know: RFC 5961, 3.2.
inline bool accepts_reset_at(OverlapPolicy host, int32_t behind_next) {
  constexpr int32_t kWindow = 1 << 16;  // as far as it goes without scaling
  switch (host) {
    case OverlapPolicy::old_linux:
    case OverlapPolicy::solaris:
    case OverlapPolicy::irix:
    case OverlapPolicy::hpux10:
    case OverlapPolicy::win2k3:
    case OverlapPolicy::vista:
      return behind_next >= 0 && behind_next < kWindow;
    case OverlapPolicy::hpux11:
      return behind_next >= 0;
    default:
      return false;
  }
}

}  // namespace tcpflow
