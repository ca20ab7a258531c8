// The TCP options that say what a receiver makes of a segment (RFC 9293, 3.1; RFC 7323; RFC 2385).
#pragma once

#include <cstdint>

#include "base/bytes.h"

namespace tcpflow {

// A plain value. An option is one octet of kind and, but for kinds 0 and 1, one of length that
// counts both, then its value:
//
//   0     end of the options
//   1     nothing: padding between them
//   3     length 3: shift of the window (RFC 7323, 2)
//   8     length 10: TSval and TSecr, 4 octets each (RFC 7323, 3)
//   19    length 18: MD5 signature (RFC 2385)
//
// All other kinds are skipped, and those above too where they have another length. What stands
// behind a malformed option (a length below 2 or past the end) is not read, as hosts do not read it
// either. The last one of a kind counts.
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
