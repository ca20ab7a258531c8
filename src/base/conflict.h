// Packets that disagree about bytes of a stream or of a datagram.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/bytes.h"
#include "base/limits.h"
#include "base/packet_ref.h"

namespace tcpflow {

// A run of a stream of which two packets brought different copies. Both copies are of the same
// length; their first and their last octets differ. Spans die when the call returns.
struct StreamConflict {
  uint64_t offset = 0;
  uint64_t differing = 0;  // octets of them that differ
  Bytes kept;
  Bytes other;
  PacketRef kept_by;
  PacketRef other_by;
  uint64_t cut_off = 0;  // octets of both that would follow and were not recorded
  // Fragments of one packet disagreed. `differing` is not known, for it was counted with that
  // packet, and the ends may lie elsewhere than in the first and last octet that differ.
  bool between_fragments = false;

  uint64_t length() const { return kept.size() + cut_off; }
};

// Where two spans of the same length differ.
struct ByteDifference {
  size_t first = 0;   // the first octet that differs
  size_t length = 0;  // from there to the last one
  size_t count = 0;   // octets that differ; 0: they are alike
};
ByteDifference difference_of(Bytes a, Bytes b);

// A run of an IP packet's payload of which two of its fragments brought different copies. A plain
// value: a fragment is gone before it is known where in a stream it belongs.
struct FragmentConflict {
  uint64_t offset = 0;  // from the start of what IP carries
  uint64_t length = 0;  // from the first to the last octet that differs
  PacketRef kept_by;    // whose copy the fragment policy kept
  PacketRef other_by;
  std::array<uint8_t, kConflictBytesRecorded> kept{};  // the first octets of both
  std::array<uint8_t, kConflictBytesRecorded> other{};

  size_t recorded() const {
    return length < kept.size() ? static_cast<size_t>(length) : kept.size();
  }
};

// All that the fragments of one packet disagreed about: everything is counted, a few are kept. A
// plain value.
struct FragmentConflicts {
  static constexpr size_t kMostNoted = 8;

  uint64_t count = 0;
  uint64_t differing = 0;  // octets
  std::vector<FragmentConflict> noted;

  // Takes two copies of the octets from `place.offset` on, whose packets it names, and notes where
  // they differ.
  void compare(FragmentConflict place, Bytes kept, Bytes other);
  // Memory of what is kept, with the room to spare of a growing vector.
  size_t cost() const { return 2 * noted.size() * sizeof(FragmentConflict); }
};

// The same as seen from a payload within that packet. Borrows from the FrameBatch.
struct PayloadConflicts {
  const FragmentConflicts* found = nullptr;  // null: none
  uint64_t payload_at = 0;                   // where the payload begins in the packet's

  bool any() const { return found != nullptr; }
};

// Those noted that lie in a payload of so many octets, the others being in headers before it. Their
// offsets count from its first octet; their spans are good as long as `conflicts` are.
std::vector<StreamConflict> conflicts_within(const PayloadConflicts& conflicts, uint64_t length);

}  // namespace tcpflow
