// What macOS says of a packet and the process that it belongs to (LINKTYPE_PKTAP).
#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "base/drop.h"
#include "base/result.h"

namespace tcpflow {

// Borrows the frame. All numbers are in little-endian order.
//
//   0-3   length of this header
//   4-7   kind of record: 1 a packet follows
//   8-11  DLT_ of the packet
//   12-   name of the interface, direction, process and more, not read
//
// A frame below 108 octets, or a length past its end, is truncated_link; a length below 108 is
// bad_link. Longer headers are those of later releases.
class PktapView {
 public:
  static constexpr size_t kMinHeader = 108;

  static Result<PktapView, Drop> parse(Bytes frame) {
    if (frame.size() < kMinHeader) return Drop::truncated_link;
    const PktapView view(frame);
    if (view.header_length() < kMinHeader) return Drop::bad_link;
    if (view.header_length() > frame.size()) return Drop::truncated_link;
    return view;
  }

  size_t header_length() const { return load_le32(frame_.data()); }
  // False: no packet follows, or this is no such header at all.
  bool has_packet() const { return load_le32(frame_.data() + 4) == 1; }
  // The DLT_ of what follows.
  uint32_t dlt() const { return load_le32(frame_.data() + 8); }

 private:
  explicit PktapView(Bytes frame) : frame_(frame) {}

  Bytes frame_;
};

}  // namespace tcpflow
