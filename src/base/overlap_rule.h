// Who supplies the octets that two pieces both bring, told by where the pieces lie.
#pragma once

#include <cstdint>

namespace tcpflow {

// Octets [begin, end).
struct OctetRange {
  uint64_t begin = 0;
  uint64_t end = 0;
};

// When the newer of two overlapping pieces wins.
enum class OverlapRule : uint8_t {
  never,
  always,
  starts_before,
  starts_before_or_longer,     // or starts at the same place and ends later
  starts_before_or_as_long,    // or starts at the same place and does not end before
  starts_at_or_before,         // wherever it ends
  starts_before_ends_past,     // reaches out at both ends
  starts_before_ends_at_past,  // starts before, and does not end before
  ends_past_or_covers,         // ends later, or reaches at least as far at both ends
};

// True if `newer` supplies what it shares with `older`.
inline bool newer_wins(OverlapRule rule, const OctetRange& newer, const OctetRange& older) {
  const bool is_same_start = newer.begin == older.begin;
  switch (rule) {
    case OverlapRule::never:
      return false;
    case OverlapRule::always:
      return true;
    case OverlapRule::starts_before:
      return newer.begin < older.begin;
    case OverlapRule::starts_before_or_longer:
      return newer.begin < older.begin || (is_same_start && newer.end > older.end);
    case OverlapRule::starts_before_or_as_long:
      return newer.begin < older.begin || (is_same_start && newer.end >= older.end);
    case OverlapRule::starts_at_or_before:
      return newer.begin <= older.begin;
    case OverlapRule::starts_before_ends_past:
      return newer.begin < older.begin && newer.end > older.end;
    case OverlapRule::starts_before_ends_at_past:
      return newer.begin < older.begin && newer.end >= older.end;
    case OverlapRule::ends_past_or_covers:
      return newer.end > older.end || (newer.end == older.end && newer.begin <= older.begin);
  }
  return false;
}

}  // namespace tcpflow
