// Packets that Linux logged through netlink (LINKTYPE_NFLOG).
#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "base/drop.h"
#include "base/result.h"

namespace tcpflow {

// Finds the packet among the attributes of a message. Keeps its place; borrows nothing.
//
//   0     address family
//   1     version (0)
//   2-3   number of the log group, in network order
//   4-    attributes, each on a multiple of 4 octets, in the byte order of the host that captured:
//         0-1 length, these four octets included, 2-3 type (0x8000 is a flag), 4- value, padding
//
// The packet is the value of the first attribute of type 9. Another version, or an attribute
// shorter than its own header, is bad_link; a message without a packet is not_ip, one below 8
// octets, or that ends within an attribute's header, truncated_link.
class NflogView {
 public:
  static Result<NflogView, Drop> parse(Bytes message);

  // Where the packet begins, and how long it is; both lie within what was parsed, but for the end
  // of a packet that a snap length cut.
  size_t packet_at() const { return packet_at_; }
  size_t packet_length() const { return packet_length_; }

 private:
  NflogView(size_t at, size_t length) : packet_at_(at), packet_length_(length) {}

  size_t packet_at_;
  size_t packet_length_;
};

}  // namespace tcpflow
