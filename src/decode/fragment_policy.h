// Which copy of a byte counts where fragments overlap, by the kind of host that received them.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/overlap_rule.h"

namespace tcpflow {

enum class FragmentPolicy : uint8_t {
  first,
  last,
  bsd,
  bsd_right,
  classic_linux,  // "linux", which is a macro in some dialects
  windows,
  solaris,
  linux_modern,  // what contradicts earlier fragments gives up the datagram
};

// All names, in the order of the enumerators.
std::span<const std::string_view> fragment_policy_names();
std::optional<FragmentPolicy> fragment_policy_named(std::string_view name);

// What a policy says of two fragments. Of linux_modern: what a repetition does.
OverlapRule overlap_rule(FragmentPolicy policy);

}  // namespace tcpflow
