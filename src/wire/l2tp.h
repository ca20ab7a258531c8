// L2TP: version 2 (RFC 2661, 3.1) and version 3 over UDP (RFC 3931, 4.1.2). Over IP version 3 has a
// session number alone.
#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "base/drop.h"
#include "base/result.h"

namespace tcpflow {

// A data message in UDP. Borrows the octets from the header on. Version 2, the fields in brackets
// in this order, each if its flag is set:
//
//   0-1   0x8000 control, 0x4000 length, 0x0800 sequence, 0x0200 offset; 0x000f version
//         [2 octets: length of the message, header included]
//         tunnel and session, 2 octets each
//         [4 octets: number of this message and of the one expected]
//         [2 octets: octets of padding behind this field]
//
// Version 3 has 2 reserved octets behind the first two, then the session in 4, then a cookie of 0,
// 4 or 8 octets as the ends agreed. A control message is not_ip, another version is bad_tunnel, a
// header past the octets is truncated_tunnel. length() is compared with neither the header nor what
// there is: the caller does that.
class L2tpView {
 public:
  // Over IP: the session alone; 0 stands for a control message (RFC 3931, 4.1.1).
  static constexpr size_t kSession3 = 4;

  static Result<L2tpView, Drop> parse(Bytes message) {
    if (message.size() < kMinHeader) return Drop::truncated_tunnel;
    L2tpView view(message);
    if (view.has(kControl)) return Drop::not_ip;
    if (view.version() != 2 && view.version() != 3) return Drop::bad_tunnel;
    const Drop why = view.version() == 2 ? view.measure() : Drop::none;
    if (why != Drop::none) return why;
    if (view.header_length() > message.size()) return Drop::truncated_tunnel;
    return view;
  }

  int version() const { return message_[1] & 0x0f; }
  // In version 3 up to the cookie, whose length nothing says.
  size_t header_length() const { return version() == 3 ? kMinHeader + 2 : header_length_; }
  // Of version 2, header included; 0 where it does not say.
  size_t length() const { return has(kLength) ? load_be16(message_.data() + 2) : 0; }

 private:
  static constexpr size_t kMinHeader = 6;
  static constexpr uint16_t kControl = 0x8000;
  static constexpr uint16_t kLength = 0x4000;
  static constexpr uint16_t kSequence = 0x0800;
  static constexpr uint16_t kOffset = 0x0200;

  explicit L2tpView(Bytes message) : message_(message) {}
  bool has(uint16_t flag) const { return (load_be16(message_.data()) & flag) != 0; }

  // Adds up the optional fields of version 2; the offset must be read to know its own size.
  Drop measure() {
    header_length_ = kMinHeader + (has(kLength) ? 2u : 0u) + (has(kSequence) ? 4u : 0u);
    if (!has(kOffset)) return Drop::none;
    if (message_.size() < header_length_ + 2) return Drop::truncated_tunnel;
    header_length_ += 2u + load_be16(message_.data() + header_length_);
    return Drop::none;
  }

  Bytes message_;
  size_t header_length_ = kMinHeader;
};

}  // namespace tcpflow
