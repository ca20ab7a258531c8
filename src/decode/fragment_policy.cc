#include "decode/fragment_policy.h"

#include <algorithm>
#include <array>

namespace tcpflow {
namespace {

// In the order of the enumerators.
constexpr std::array<std::string_view, 8> kNames = {"first", "last",    "bsd",     "bsd_right",
                                                    "linux", "windows", "solaris", "linux_modern"};

}  // namespace

std::span<const std::string_view> fragment_policy_names() { return kNames; }

std::optional<FragmentPolicy> fragment_policy_named(std::string_view name) {
  const auto found = std::find(kNames.begin(), kNames.end(), name);
  if (found == kNames.end()) return std::nullopt;
  return static_cast<FragmentPolicy>(found - kNames.begin());
}

OverlapRule overlap_rule(FragmentPolicy policy) {
  switch (policy) {
    case FragmentPolicy::first:
    case FragmentPolicy::linux_modern:
      return OverlapRule::never;
    case FragmentPolicy::last:
      return OverlapRule::always;
    case FragmentPolicy::bsd:
      return OverlapRule::starts_before;
    case FragmentPolicy::bsd_right:
      return OverlapRule::ends_past_or_covers;
    case FragmentPolicy::classic_linux:
      return OverlapRule::starts_at_or_before;
    case FragmentPolicy::windows:
      return OverlapRule::starts_before_ends_past;
    case FragmentPolicy::solaris:
      return OverlapRule::starts_before_ends_at_past;
  }
  return OverlapRule::never;
}

}  // namespace tcpflow
