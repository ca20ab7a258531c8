// A packet as later layers refer to it.
#pragma once

#include <cstdint>

#include "base/time.h"

namespace tcpflow {

struct PacketRef {
  uint64_t number = 0;  // Frame::number
  Timestamp time;       // tdelta added
};

}  // namespace tcpflow
