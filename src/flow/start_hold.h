// The first segments of a half whose SYN was not seen: held until its first byte is known (design
// rule 3).
#pragma once

#include <cstdint>
#include <vector>

#include "base/limits.h"
#include "stream/reassembler.h"

namespace tcpflow {

// Positions are relative to the first segment that came, so they may be negative. Owned by its
// HalfStream.
class StartHold {
 public:
  // Copies the piece's bytes; `at` is its relative position, `now` the table's clock.
  void add(int64_t at, const StreamPiece& piece, Timestamp now);
  // What the fragments of the packet disagreed about whose piece of `length` bytes is at `at`.
  void add_conflicts(int64_t at, const PayloadConflicts& conflicts, uint64_t length);
  // Since when, if it is not empty.
  Timestamp since() const { return since_; }
  // True when the start may not be held any longer at `now`.
  bool is_over(const StreamLimits& limits, Timestamp now) const;
  // The lowest position held: the first byte of the stream as far as the capture tells.
  int64_t lowest() const { return lowest_; }
  // True if what is held reaches from the lowest position to `end` without a hole.
  bool is_whole_to(int64_t end) const;
  // No octet from `begin` up to `end` is held, and some before are, or the one at `end` is the
  // lowest.
  bool has_hole(int64_t begin, int64_t end) const;
  bool empty() const { return held_.empty(); }
  // Octets it takes, as malloc rounds them; nothing while it is empty.
  size_t cost() const;

  struct HeldPiece {
    int64_t at = 0;
    std::vector<uint8_t> bytes;
    uint32_t missing = 0;
    PacketRef packet;
  };
  // The pieces in the order they came; the hold is empty afterwards.
  std::vector<HeldPiece> take() { return std::move(held_); }

  struct HeldConflicts {
    int64_t at = 0;
    uint64_t payload_at = 0;
    uint64_t length = 0;
    FragmentConflicts found;
    // Borrows from it.
    std::vector<StreamConflict> within() const {
      return conflicts_within({&found, payload_at}, length);
    }
  };
  const std::vector<HeldConflicts>& conflicts() const { return conflicts_; }

 private:
  std::vector<HeldPiece> held_;
  std::vector<HeldConflicts> conflicts_;
  int64_t lowest_ = 0;
  size_t bytes_ = 0;
  size_t conflicts_cost_ = 0;
  Timestamp since_;
};

}  // namespace tcpflow
