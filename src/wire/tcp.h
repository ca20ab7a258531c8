// The TCP header (RFC 9293, 3.1).
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "base/bytes.h"
#include "base/drop.h"
#include "base/result.h"

namespace tcpflow {

// Borrows the captured octets of a segment. A snap length may have cut its options: the fields of
// the fixed header can be read all the same.
//
//   0-1   source port
//   2-3   destination port
//   4-7   sequence number of the first octet of payload, or of the SYN
//   8-11  acknowledgement number
//   12    0xf0 length of the header in 32-bit words
//   13    control bits: 0x20 URG, 0x10 ACK, 0x08 PSH, 0x04 RST, 0x02 SYN, 0x01 FIN
//   14-15 window, unscaled
//   16-17 checksum, not checked here
//   18-19 urgent pointer, not read
//   20-   [options], to the end of the header
//
// Fewer than 20 octets are truncated_tcp; a header below 20 octets, or past what was on the wire,
// is bad_tcp_header. A header past what was captured is neither.
class TcpView {
 public:
  static constexpr size_t kMinHeader = 20;

  // `on_wire`: octets that the segment had on the wire, never below segment.size().
  static Result<TcpView, Drop> parse(Bytes segment, size_t on_wire) {
    if (segment.size() < kMinHeader) return Drop::truncated_tcp;
    const TcpView view(segment);
    const size_t header = view.header_length();
    if (header < kMinHeader || header > on_wire) return Drop::bad_tcp_header;
    return view;
  }

  uint16_t source_port() const { return load_be16(segment_.data()); }
  uint16_t destination_port() const { return load_be16(segment_.data() + 2); }
  uint32_t sequence() const { return load_be32(segment_.data() + 4); }
  uint32_t acknowledgement() const { return load_be32(segment_.data() + 8); }
  // May pass the captured octets, never those on the wire.
  size_t header_length() const { return 4u * (segment_[12] >> 4); }
  // The six classic bits and ECE, CWR.
  uint8_t flags() const { return segment_[13]; }
  uint16_t window() const { return load_be16(segment_.data() + 14); }
  uint16_t checksum() const { return load_be16(segment_.data() + 16); }
  // Captured.
  Bytes options() const {
    return segment_.first(std::min(header_length(), segment_.size())).subspan(kMinHeader);
  }
  // Captured; empty where the options are cut.
  Bytes payload() const { return segment_.subspan(std::min(header_length(), segment_.size())); }

 private:
  explicit TcpView(Bytes segment) : segment_(segment) {}

  Bytes segment_;
};

}  // namespace tcpflow
