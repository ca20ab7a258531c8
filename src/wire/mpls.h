// One entry of an MPLS label stack (RFC 3032, 2.1; LINKTYPE_MPLS).
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/bytes.h"
#include "base/drop.h"
#include "base/result.h"

namespace tcpflow {

// Borrows the octets from the entry on.
//
//   0-3   0xfffff000 label, 0x0e00 traffic class, 0x0100 bottom of the stack, 0x00ff time to live
//
// Fewer than four octets are truncated_link. Nothing says what follows the last entry.
class MplsView {
 public:
  static constexpr size_t kHeader = 4;

  static Result<MplsView, Drop> parse(Bytes entry) {
    if (entry.size() < kHeader) return Drop::truncated_link;
    return MplsView(entry);
  }

  uint32_t label() const { return load_be32(entry_.data()) >> 12; }
  bool is_bottom() const { return (entry_[2] & 0x01) != 0; }

 private:
  explicit MplsView(Bytes entry) : entry_(entry) {}

  Bytes entry_;
};

}  // namespace tcpflow
