// 32-bit sequence numbers to 64-bit offsets: the only class that does this (RFC 9293, 3.4). Pure
// functions and a plain value, good on any thread.
#pragma once

#include <cstdint>

namespace tcpflow {

// How far `to` lies behind `from` in octets; negative: before it. Modulo 2^32, the nearer way
// round: a distance of 2^31 and more comes out with the wrong sign.
inline int32_t sequence_distance(uint32_t to, uint32_t from) {
  return static_cast<int32_t>(to - from);
}

// Knows the sequence number of a stream's first byte, which has offset 0 (a SYN takes the number
// before it). Plain value.
class SeqUnwrapper {
 public:
  SeqUnwrapper() = default;
  explicit SeqUnwrapper(uint32_t first_byte) : first_byte_(first_byte) {}

  // The offset of `seq` nearest to `expected`; negative: before the stream began. Right while the
  // distance is below 2^31, which is more than any window (RFC 7323, 2.3).
  int64_t offset(uint32_t seq, uint64_t expected) const {
    const uint32_t here = first_byte_ + static_cast<uint32_t>(expected);
    return static_cast<int64_t>(expected) + sequence_distance(seq, here);
  }
  // The sequence number at `offset`.
  uint32_t sequence(uint64_t offset) const { return first_byte_ + static_cast<uint32_t>(offset); }
  uint32_t first_byte() const { return first_byte_; }

 private:
  uint32_t first_byte_ = 0;
};

}  // namespace tcpflow
