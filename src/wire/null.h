// The BSD loopback header: an address family, in the byte order of the host that captured
// (LINKTYPE_NULL) or of the network (LINKTYPE_LOOP). Writers are careless about which, so both are
// read alike.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/bytes.h"
#include "base/drop.h"
#include "base/result.h"

namespace tcpflow {

// Borrows the frame.
//
//   0-3   address family
//
// Fewer than four octets are truncated_link. The number of IPv6 differs by platform, and it is of
// no use to tell IPv4 from IPv6: the packet's own version does that.
class NullView {
 public:
  static constexpr size_t kHeader = 4;

  static Result<NullView, Drop> parse(Bytes frame) {
    if (frame.size() < kHeader) return Drop::truncated_link;
    return NullView(frame);
  }

  // AF_INET, or AF_INET6 of any platform.
  bool is_ip() const {
    return is_ip_family(load_be32(frame_.data())) || is_ip_family(load_le32(frame_.data()));
  }

 private:
  explicit NullView(Bytes frame) : frame_(frame) {}

  static bool is_ip_family(uint32_t family) {
    switch (family) {
      case 2:   // AF_INET everywhere
      case 10:  // AF_INET6 of Linux
      case 24:  // of NetBSD, OpenBSD and BSD/OS
      case 28:  // of FreeBSD and DragonFly
      case 30:  // of macOS
        return true;
      default:
        return false;
    }
  }

  Bytes frame_;
};

}  // namespace tcpflow
