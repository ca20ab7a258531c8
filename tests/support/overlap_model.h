// What must come of overlapping pieces, decided by the policy tables and octet by octet.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/bytes.h"

namespace tcpflow::test {

// A row of the tables: who supplies what the new piece N shares with the old one O, in each of the
// nine relations in which N may lie to O.
struct PolicyRow {
  std::string_view policy;
  std::array<char, 9> winners;  // oi fi di, s eq si, d f o: 'N' or 'O'
};
std::span<const PolicyRow> segment_policy_rows();   // in the order of OverlapPolicy
std::span<const PolicyRow> fragment_policy_rows();  // linux_modern is not one of them

// The octets of a stream or a datagram, each with the piece it is from. Slow and plain on purpose:
// what the product's queues are compared with.
class OverlapModel {
 public:
  // Borrows the row for its life.
  explicit OverlapModel(const PolicyRow& row) : row_(row) {}

  // A piece comes. What lies before `fixed` is decided for good: it neither changes nor counts as a
  // part of the new piece.
  void add(size_t begin, Bytes bytes, size_t fixed = 0);
  bool is_known(size_t at) const { return at < octets_.size() && octets_[at].piece != 0; }
  // Of a known one.
  uint8_t octet(size_t at) const { return octets_[at].value; }
  size_t known() const { return known_; }
  // One past the last known octet.
  size_t end() const { return octets_.size(); }

 private:
  struct Octet {
    uint32_t piece = 0;  // 0: none brought it
    uint8_t value = 0;
  };
  struct Range {
    size_t begin;
    size_t end;
  };
  Range piece_around(size_t at, size_t fixed) const;

  const PolicyRow& row_;
  std::vector<Octet> octets_;
  uint32_t pieces_ = 0;
  size_t known_ = 0;
};

}  // namespace tcpflow::test
