// The parts of one fragmented datagram while it is gathered.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

#include "base/bytes.h"

namespace tcpflow {

// Octets [begin, end) of a datagram's payload.
struct DatagramRange {
  uint32_t begin = 0;
  uint32_t end = 0;
};

// The first copy of a byte wins. Knows nothing of limits or of other datagrams; its memory is what
// was put in, and kPieceCost a piece. Owned by the IpAssembler.
class IpDatagram {
 public:
  // Memory that a piece takes beside its bytes: a node of the map and a small vector, as malloc
  // rounds them.
  static constexpr size_t kPieceCost = 144;

  // False for a range that contradicts what earlier fragments said of the datagram's end. `last`:
  // the range claims to end there.
  bool agrees(DatagramRange range, bool last) const;
  // The parts of `range` that nobody has filled, in order.
  std::vector<DatagramRange> holes(DatagramRange range) const;
  // Takes in a range that agrees(). `holes`: those of the captured part of it, which `bytes` are.
  void fill(DatagramRange range, bool last, Bytes bytes, const std::vector<DatagramRange>& holes);

  bool is_complete() const { return is_end_known_ && filled_ == end_; }
  // All of a complete datagram in one piece.
  std::vector<uint8_t> bytes() const;

 private:
  std::map<uint32_t, std::vector<uint8_t>> pieces_;  // by offset; none overlaps another
  size_t filled_ = 0;                                // octets in them
  uint32_t end_ = 0;                                 // the highest that any fragment claimed
  bool is_end_known_ = false;
};

}  // namespace tcpflow
