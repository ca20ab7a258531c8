#include "base/run_map.h"

#include <iterator>
#include <utility>

namespace tcpflow {

RunMap::Iterator RunMap::first_ending_after(uint64_t at) {
  const Iterator run = runs_.upper_bound(at);
  if (run == runs_.begin()) return run;
  const Iterator before = std::prev(run);
  return range_of(*before).end > at ? before : run;
}

RunMap::Runs::const_iterator RunMap::first_ending_after(uint64_t at) const {
  const auto run = runs_.upper_bound(at);
  if (run == runs_.begin()) return run;
  const auto before = std::prev(run);
  return range_of(*before).end > at ? before : run;
}

void RunMap::insert(uint64_t at, Bytes bytes, PacketRef packet) {
  const Iterator made = runs_.emplace(at, Run{OctetRun(bytes), packet}).first;
  account(made->second);
}

RunMap::Iterator RunMap::cut(Iterator run, const OctetRange& lost) {
  const OctetRange whole = range_of(*run);
  auto node = runs_.extract(run++);
  Run& old = node.mapped();
  cost_ -= kRunCost + old.octets.stored();
  if (lost.end < whole.end) {
    Run right{old.octets.split_off(lost.end - whole.begin), old.packet};
    account(right);
    run = runs_.emplace_hint(run, lost.end, std::move(right));
  }
  if (whole.begin < lost.begin) {
    old.octets.drop_back(old.octets.size() - (lost.begin - whole.begin));
    account(old);
    runs_.insert(std::move(node));
  }
  return run;
}

RunMap::Runs::node_type RunMap::take_first() {
  auto node = runs_.extract(runs_.begin());
  cost_ -= kRunCost + node.mapped().octets.stored();
  return node;
}

}  // namespace tcpflow
