// Packets that Linux logged through netlink (LINKTYPE_NFLOG).
#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "base/drop.h"
#include "base/result.h"

namespace tcpflow {

// Finds the packet among the attributes of a message.
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
