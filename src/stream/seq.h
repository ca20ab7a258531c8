// 32-bit sequence numbers to 64-bit offsets: the only class that does this (RFC 9293, 3.4).
#pragma once

#include <cstdint>

namespace tcpflow {

// How far `to` lies behind `from`; negative: before it.
inline int32_t sequence_distance(uint32_t to, uint32_t from) {
  return static_cast<int32_t>(to - from);
}

// Knows the sequence number of a stream's first byte. Plain value.
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
