// The security tag of MACsec (IEEE 802.1AE).
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/bytes.h"
#include "base/drop.h"
#include "base/result.h"

namespace tcpflow {

// Borrows the octets behind its ethertype. What it secures follows, beginning with the ethertype
// that the frame had without it, then the integrity check value.
//
//   0     0x80 version, 0; 0x20 the channel is named below; 0x08 the rest is encrypted; 0x04 the
//         rest is changed; 0x03 association number
//   1     0x3f octets secured if they are fewer than 48, else 0
//   2-5   packet number
//   6-13  [identifier of the secure channel: an address and a port]
//
// A header past the octets is truncated_link; another version is not_ip.
class MacsecView {
 public:
  static constexpr size_t kMinHeader = 6;
  static constexpr size_t kType = 2;         // the ethertype in front of what is secured
  static constexpr size_t kCheckValue = 16;  // of all cipher suites of the standard

  static Result<MacsecView, Drop> parse(Bytes frame) {
    if (frame.size() < kMinHeader) return Drop::truncated_link;
    const MacsecView view(frame);
    if (view.has(kVersion)) return Drop::not_ip;
    if (view.header_length() > frame.size()) return Drop::truncated_link;
    return view;
  }

  bool is_encrypted() const { return has(kEncrypted); }
  // By a cipher suite, though it is no secret.
  bool is_changed() const { return has(kChanged); }
  size_t header_length() const { return kMinHeader + (has(kChannel) ? 8 : 0); }
  // Octets secured, kType included; 0: all up to the check value.
  size_t short_length() const { return frame_[1] & 0x3f; }

 private:
  static constexpr uint8_t kVersion = 0x80;
  static constexpr uint8_t kChannel = 0x20;
  static constexpr uint8_t kEncrypted = 0x08;
  static constexpr uint8_t kChanged = 0x04;

  explicit MacsecView(Bytes frame) : frame_(frame) {}
  bool has(uint8_t flag) const { return (frame_[0] & flag) != 0; }

  Bytes frame_;
};

}  // namespace tcpflow
