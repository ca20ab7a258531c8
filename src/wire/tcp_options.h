// The TCP options that say what a receiver makes of a segment (RFC 9293, 3.1; RFC 7323; RFC 2385).
#pragma once

#include <cstdint>

#include "base/bytes.h"

namespace tcpflow {

// A plain value. What stands behind a malformed option is not read, as hosts do not read it either.
struct TcpOptions {
  static constexpr uint8_t kNoScale = 0xff;
  static constexpr uint8_t kMostScale = 14;  // a larger one means this one (RFC 7323, 2.3)

  // `options`: the octets between the fixed header and the payload.
  static TcpOptions parse(Bytes options);

  uint32_t timestamp = 0;  // TSval, with has_timestamp
  bool has_timestamp = false;
  bool has_md5 = false;             // a signature (kind 19)
  uint8_t window_scale = kNoScale;  // meaningful on a SYN only

  bool operator==(const TcpOptions&) const = default;
};

}  // namespace tcpflow
