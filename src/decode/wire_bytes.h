// Octets as captured beside what there was of them on the wire.
#pragma once

#include <algorithm>
#include <cstddef>

#include "base/bytes.h"

namespace tcpflow {

// A plain value; the octets are borrowed from the frame (or from the batch, once reassembled).
struct WireBytes {
  Bytes captured;
  size_t on_wire = 0;  // octets on the wire, from the first of `captured` on; never fewer

  bool is_cut() const { return captured.size() < on_wire; }
  // Without the first `count`, which are at most as many as were captured.
  WireBytes after(size_t count) const { return {captured.subspan(count), on_wire - count}; }
  // At most the first `count`.
  WireBytes up_to(size_t count) const {
    return {captured.first(std::min(count, captured.size())), std::min(count, on_wire)};
  }
};

}  // namespace tcpflow
