// What is remembered of a connection that a new one replaced, to know its stragglers.
#pragma once

#include <array>
#include <cstdint>

#include "base/time.h"
#include "decode/segment.h"

namespace tcpflow {

// Plain value, owned by the TcpFlow that came after.
struct PriorConnection {
  // The last stretch of sequence space that a half had filled. At most 1 GiB of it: half of the
  // space would be everywhere.
  struct Span {
    bool known = false;
    uint32_t first = 0;
    uint32_t length = 0;
  };
  static constexpr uint64_t kLongestSpan = uint64_t{1} << 30;

  bool is_known() const { return by_low_sender[0].known || by_low_sender[1].known; }
  // True if the segment lies in what its sender had sent, a FIN behind it included.
  bool covers(const Segment& segment, bool sender_is_low) const {
    const Span& span = by_low_sender[sender_is_low];
    const uint32_t begin = segment.sequence - span.first;
    return span.known && begin <= span.length &&
           uint64_t{begin} + segment.payload_length() <= span.length;
  }

  std::array<Span, 2> by_low_sender;  // [1]: sent by the low side of the key
  Timestamp replaced;                 // when the new connection began
};

}  // namespace tcpflow
