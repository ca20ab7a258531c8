// Which copy of a byte counts where segments overlap, by the kind of host that received them.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/overlap_rule.h"

namespace tcpflow {

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
std::optional<OverlapPolicy> overlap_policy_named(std::string_view name);

// What a policy says of two segments. Not for modern_linux, which no such rule describes.
OverlapRule overlap_rule(OverlapPolicy policy);

}  // namespace tcpflow
