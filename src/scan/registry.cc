#include "scan/registry.h"

namespace tcpflow {
namespace {

constexpr std::string_view kAll = "all";
constexpr std::string_view kFlows = "tcpdemux";

constexpr size_t index_of_scanner(std::string_view name) {
  size_t i = 0;
  while (i < kScanners.size() && kScanners[i].name != name) ++i;
  return i;
}

Error not_here_yet(std::string_view name) {
  return {"scanner '" + std::string(name) + "' is not in this version yet", 0};
}

}  // namespace

ScannerSet::ScannerSet() {
  for (size_t i = 0; i < kScanners.size(); ++i) on_[i] = kScanners[i].on_by_default;
}

Result<ScannerSet> ScannerSet::after(std::span<const ScannerSwitch> switches) {
  ScannerSet set;
  for (const ScannerSwitch& change : switches) {
    if (const Status applied = set.apply(change); !applied) return applied.error();
  }
  return set;
}

bool ScannerSet::is_on(std::string_view name) const {
  const size_t i = index_of_scanner(name);
  return i < kScanners.size() && on_[i];
}

Status ScannerSet::apply(const ScannerSwitch& change) {
  using Kind = ScannerSwitch::Kind;
  const bool turns_off = change.kind == Kind::disable;
  if (change.kind == Kind::all || change.name == kAll) {
    set_all(!turns_off);
    return Ok{};
  }
  const std::string_view name =
      change.kind == Kind::digests ? std::string_view("md5") : change.name;
  const size_t i = index_of_scanner(name);
  if (i == kScanners.size()) return Error{"Invalid scanner name '" + change.name + "'", 0};
  // A scanner that is not there is off already, so old command lines with -x keep working.
  if (!kScanners[i].is_present && !turns_off) return not_here_yet(name);

  if (change.kind == Kind::only) {
    set_all(false);
    // Scanners read what the demultiplexer makes: without it, -E md5 would yield nothing.
    on_[index_of_scanner(kFlows)] = true;
  }
  on_[i] = !turns_off;
  return Ok{};
}

void ScannerSet::set_all(bool on) {
  for (size_t i = 0; i < kScanners.size(); ++i) {
    on_[i] = on && kScanners[i].is_present && !kScanners[i].only_by_name;
  }
}

}  // namespace tcpflow
