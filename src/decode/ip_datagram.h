// The parts of one fragmented datagram while it is gathered.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/conflict.h"
#include "base/packet_ref.h"
#include "base/run_map.h"
#include "decode/fragment_policy.h"

namespace tcpflow {

// A fragment's place in its datagram's payload, and whether it claims to end it.
struct FragmentRange {
  OctetRange octets;
  bool is_last = false;
};

// What was captured of a fragment. Borrows its octets.
struct FragmentCopy {
  Bytes bytes;
  PacketRef packet;
};

// Which copy of a byte counts is the policy's business. Knows nothing of limits or of other
// datagrams. Owned by the IpAssembler.
class IpDatagram {
 public:
  // Memory that a piece takes beside its bytes.
  static constexpr size_t kPieceCost = RunMap::kRunCost;

  explicit IpDatagram(FragmentPolicy policy = FragmentPolicy::first) : policy_(policy) {}

  // False for a range that contradicts what earlier fragments said of the datagram's end.
  bool agrees(const FragmentRange& range) const;
  // False if the policy does not bear with the way in which it overlaps earlier fragments.
  bool bears_with(const OctetRange& range) const;
  // False if the policy wants no more of a datagram when a fragment does not agree or is empty.
  bool bears_contradictions() const { return policy_ != FragmentPolicy::linux_modern; }
  // The parts of `range` that would be taken from it, in order.
  std::vector<OctetRange> won(const OctetRange& range);
  // Takes in a range that agrees() and that the policy bears with. `won`: that of the captured part
  // of it, which are those of `copy`.
  void fill(const FragmentRange& range, const FragmentCopy& copy,
            const std::vector<OctetRange>& won);

  bool is_complete() const { return is_end_known_ && filled_ == end_; }
  // All of a complete datagram in one piece.
  std::vector<uint8_t> bytes() const;
  // What its fragments disagreed about, to be had once.
  FragmentConflicts take_conflicts() { return std::move(conflicts_); }
  // Memory of its pieces and conflicts.
  size_t cost() const { return pieces_.cost() + runs_.size() * kPieceCost + conflicts_.cost(); }

 private:
  void note_conflicts(const OctetRange& range, const FragmentCopy& copy);
  void clear(const OctetRange& range);
  void extend_runs(const OctetRange& range);

  FragmentPolicy policy_;
  RunMap pieces_;
  FragmentConflicts conflicts_;
  uint64_t filled_ = 0;  // octets in them
  uint64_t end_ = 0;     // the highest that any fragment claimed
  bool is_end_known_ = false;
  // For linux_modern only: fragments that came in order, as one; end by begin.
  std::map<uint64_t, uint64_t> runs_;
};

}  // namespace tcpflow
