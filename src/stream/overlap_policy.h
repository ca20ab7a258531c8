// Which copy of a byte counts where segments overlap, by the kind of host that received them. Pure
// functions, good on any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/overlap_rule.h"

namespace tcpflow {

// Kinds of hosts. Which copy each of them takes, for all nine ways in which two segments can lie to
// each other, is the table in docs/reassembly.md, "Overlaps"; several have the same rule and differ
// in other things (resets).
enum class OverlapPolicy : uint8_t {
  first,
  last,
  bsd,
  macos,
  windows,
  win2k3,
  vista,
  modern_linux,  // "linux", which is a macro in some dialects
  old_linux,
  irix,
  hpux10,
  solaris,
  hpux11,
};

// All names, in the order of the enumerators.
std::span<const std::string_view> overlap_policy_names();
// Nothing for a name that is none.
std::optional<OverlapPolicy> overlap_policy_named(std::string_view name);

// What a policy says of two segments. Not for modern_linux, which no such rule describes: with it
// more than the two segments matters (block_queue.h).
OverlapRule overlap_rule(OverlapPolicy policy);

}  // namespace tcpflow
