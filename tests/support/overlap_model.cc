#include "tests/support/overlap_model.h"

#include <algorithm>

namespace tcpflow::test {
namespace {

constexpr std::array<char, 9> row(std::string_view relations) {
  std::array<char, 9> winners{};
  size_t at = 0;
  for (const char letter : relations) {
    if (letter != ' ') winners[at++] = letter;
  }
  return winners;
}

constexpr std::array<PolicyRow, 13> kSegments = {{
    {"first", row("OOO OOO OOO")},
    {"last", row("NNN NNN NNN")},
    {"bsd", row("NNN OOO OOO")},
    {"macos", row("NNN OOO OOO")},
    {"windows", row("NNN OOO OOO")},
    {"win2k3", row("NNN OOO OOO")},
    {"vista", row("OOO OOO OOO")},
    {"linux", row("NNN OON OOO")},
    {"old_linux", row("NNN ONN OOO")},
    {"irix", row("NNN OON OOO")},
    {"hpux10", row("NNN OON OOO")},
    {"solaris", row("ONN ONN OON")},
    {"hpux11", row("ONN ONN OON")},
}};

constexpr std::array<PolicyRow, 7> kFragments = {{
    {"first", row("OOO OOO OOO")},
    {"last", row("NNN NNN NNN")},
    {"bsd", row("NNN OOO OOO")},
    {"bsd_right", row("ONN ONN OON")},
    {"linux", row("NNN NNN OOO")},
    {"windows", row("OON OOO OOO")},
    {"solaris", row("ONN OOO OOO")},
}};

// 0, 1, 2: a is less than, equal to, greater than b.
size_t order_of(size_t a, size_t b) { return a < b ? 0 : a == b ? 1 : 2; }

}  // namespace

std::span<const PolicyRow> segment_policy_rows() { return kSegments; }
std::span<const PolicyRow> fragment_policy_rows() { return kFragments; }

void OverlapModel::add(size_t begin, Bytes bytes, size_t fixed) {
  const size_t end = begin + bytes.size();
  const size_t from = std::max(begin, fixed);
  if (from >= end) return;
  octets_.resize(std::max(octets_.size(), end));
  std::vector<size_t> won;
  for (size_t at = from; at < end;) {
    if (!is_known(at)) {
      won.push_back(at++);
      continue;
    }
    const Range old = piece_around(at, fixed);
    const size_t relation = 3 * order_of(from, old.begin) + order_of(end, old.end);
    for (; at < std::min(old.end, end); ++at) {
      if (row_.winners[relation] == 'N') won.push_back(at);
    }
  }
  ++pieces_;
  for (const size_t at : won) {
    if (!is_known(at)) ++known_;
    octets_[at] = {pieces_, bytes[at - begin]};
  }
}

// What is left in one part of the piece that octet `at` is from.
OverlapModel::Range OverlapModel::piece_around(size_t at, size_t fixed) const {
  const uint32_t piece = octets_[at].piece;
  Range range{at, at + 1};
  while (range.begin > fixed && octets_[range.begin - 1].piece == piece) --range.begin;
  while (range.end < octets_.size() && octets_[range.end].piece == piece) ++range.end;
  return range;
}

}  // namespace tcpflow::test
