// Two packets that disagree about bytes of a stream.
#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "base/packet_ref.h"

namespace tcpflow {

// A run of a stream of which two packets brought different copies. Both copies are of the same
// length; their first and their last octets differ. Spans die when the call returns.
struct StreamConflict {
  uint64_t offset = 0;
  uint64_t differing = 0;  // octets of them that differ
  Bytes kept;
  Bytes other;
  PacketRef kept_by;
  PacketRef other_by;
};

}  // namespace tcpflow
