// Frame relay: the address of Q.922 and what names the payload (RFC 2427, 3; LINKTYPE_FRELAY).
#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "base/drop.h"
#include "base/result.h"

namespace tcpflow {

// Network layer protocol ids, one octet (ISO/IEC TR 9577, as RFC 2427 lists them).
namespace nlpid {
inline constexpr uint8_t kPadding = 0x00;
inline constexpr uint8_t kSnap = 0x80;
inline constexpr uint8_t kIpv6 = 0x8e;
inline constexpr uint8_t kIpv4 = 0xcc;
}  // namespace nlpid

// The address: two to four octets, the last of which is odd. Keeps its length; borrows nothing.
//
//   0     upper bits of the circuit's number; 0x02 command/response; 0x01 clear: more follows
//   1-    more of the number and congestion bits; 0x01 set: the last octet
//   then  either 0x03 and an NLPID (RFC 2427), or, as Cisco has it, an ethertype
//
// A frame that ends before its address is truncated_link; four octets without a last one are
// bad_link. Whether the first octet is even is not asked: no address of one octet is in use.
class FrameRelayView {
 public:
  static Result<FrameRelayView, Drop> parse(Bytes frame) {
    for (size_t length = 2; length <= kMostAddress; ++length) {
      if (frame.size() < length) return Drop::truncated_link;
      if ((frame[length - 1] & kLast) != 0) return FrameRelayView(length);
    }
    return Drop::bad_link;
  }

  size_t header_length() const { return header_length_; }

 private:
  static constexpr size_t kMostAddress = 4;
  static constexpr uint8_t kLast = 0x01;

  explicit FrameRelayView(size_t length) : header_length_(length) {}

  size_t header_length_;
};

}  // namespace tcpflow
