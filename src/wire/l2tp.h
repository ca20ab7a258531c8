// L2TP: version 2 (RFC 2661, 3.1) and version 3 over UDP (RFC 3931, 4.1.2). Over IP version 3 has a
// session number alone.
#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "base/drop.h"
#include "base/result.h"

namespace tcpflow {

// A data message. Borrows the octets from the header on.
class L2tpView {
 public:
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
