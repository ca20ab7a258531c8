#include "stream/overlap_policy.h"

#include <algorithm>
#include <array>

namespace tcpflow {
namespace {

constexpr std::array<std::string_view, 13> kNames = {
    "first", "last",      "bsd",  "macos",  "windows", "win2k3", "vista",
    "linux", "old_linux", "irix", "hpux10", "solaris", "hpux11"};

}  // namespace

std::span<const std::string_view> overlap_policy_names() { return kNames; }

std::optional<OverlapPolicy> overlap_policy_named(std::string_view name) {
  const auto found = std::find(kNames.begin(), kNames.end(), name);
  if (found == kNames.end()) return std::nullopt;
  return static_cast<OverlapPolicy>(found - kNames.begin());
}

OverlapRule overlap_rule(OverlapPolicy policy) {
  switch (policy) {
    case OverlapPolicy::first:
    case OverlapPolicy::vista:
      return OverlapRule::never;
    case OverlapPolicy::last:
      return OverlapRule::always;
    case OverlapPolicy::bsd:
    case OverlapPolicy::macos:
    case OverlapPolicy::windows:
    case OverlapPolicy::win2k3:
      return OverlapRule::starts_before;
    case OverlapPolicy::modern_linux:
    case OverlapPolicy::irix:
    case OverlapPolicy::hpux10:
      return OverlapRule::starts_before_or_longer;
    case OverlapPolicy::old_linux:
      return OverlapRule::starts_before_or_as_long;
    case OverlapPolicy::solaris:
    case OverlapPolicy::hpux11:
      return OverlapRule::ends_past_or_covers;
  }
  return OverlapRule::never;
}

}  // namespace tcpflow
