// The user plane of GTP version 1 (3GPP TS 29.281, 5; UDP port 2152).
#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "base/drop.h"
#include "base/result.h"

namespace tcpflow {

// A G-PDU: a message that carries a user's packet. Borrows the octets from the header on.
//
//   0     0xe0 version (1), 0x10 protocol type (1), 0x04 extensions, 0x02 sequence, 0x01 N-PDU
//   1     message type: 255 for a G-PDU
//   2-3   octets behind these first eight, optional fields included
//   4-7   tunnel endpoint; each direction of a tunnel has its own
//   8-9   [sequence number]
//   10    [N-PDU number]
//   11    [type of the first extension header; 0: none]
//   12-   [extension headers: a length in 32-bit words that counts all of it, content, next type]
//
// Octets 8 to 11 are there if any of the three flags is set. Another version, another message, an
// extension of length 0, or a length that does not hold the header are bad_tunnel; a header past
// the octets is truncated_tunnel. The length is not compared with what there is.
class GtpView {
 public:
  static constexpr size_t kMinHeader = 8;

  static Result<GtpView, Drop> parse(Bytes message) {
    if (message.size() < kMinHeader) return Drop::truncated_tunnel;
    if ((message[0] & kVersionMask) != kVersion1 || message[1] != kUserPacket)
      return Drop::bad_tunnel;
    GtpView view(message);
    if ((message[0] & kOptionalMask) != 0) {
      const Drop why = view.skip_optional();
      if (why != Drop::none) return why;
    }
    if (view.length() + kMinHeader < view.header_length_) return Drop::bad_tunnel;
    return view;
  }

  // With the extension headers.
  size_t header_length() const { return header_length_; }
  // Octets behind the first eight.
  size_t length() const { return load_be16(message_.data() + 2); }

 private:
  static constexpr uint8_t kVersionMask = 0xf0;  // protocol type included
  static constexpr uint8_t kVersion1 = 0x30;
  static constexpr uint8_t kOptionalMask = 0x07;  // sequence, N-PDU number or extensions
  static constexpr uint8_t kExtensions = 0x04;
  static constexpr uint8_t kUserPacket = 0xff;
  static constexpr size_t kOptional = 4;
  static constexpr size_t kNextType = 11;  // where the optional fields say which extension is next

  explicit GtpView(Bytes message) : message_(message) {}

  // If one of the optional fields is there, all have their place.
  Drop skip_optional() {
    header_length_ += kOptional;
    if (message_.size() < header_length_) return Drop::truncated_tunnel;
    uint8_t next = (message_[0] & kExtensions) != 0 ? message_[kNextType] : uint8_t{0};
    while (next != 0) {
      if (message_.size() <= header_length_) return Drop::truncated_tunnel;
      const size_t length = size_t{4} * message_[header_length_];
      if (length == 0) return Drop::bad_tunnel;
      if (message_.size() - header_length_ < length) return Drop::truncated_tunnel;
      header_length_ += length;
      next = message_[header_length_ - 1];
    }
    return Drop::none;
  }

  Bytes message_;
  size_t header_length_ = kMinHeader;
};

}  // namespace tcpflow
