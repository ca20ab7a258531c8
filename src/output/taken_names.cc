#include "output/taken_names.h"

#include <algorithm>
#include <functional>

namespace tcpflow {
namespace {

constexpr size_t kFirstSlots = 1024;  // a power of two, as all sizes are

}  // namespace

bool TakenNames::take(std::string_view name) {
  if ((count_ + 1) * 4 > slots_.size() * 3) grow();
  const uint64_t hash = std::max<uint64_t>(std::hash<std::string_view>()(name), 1);
  if (slots_[slot_of(hash)] == hash) return false;
  if (count_ >= most_) {
    std::fill(slots_.begin(), slots_.end(), 0);
    count_ = 0;
    ++times_forgotten_;
  }
  slots_[slot_of(hash)] = hash;
  ++count_;
  return true;
}

// Where a hash is, or would be.
size_t TakenNames::slot_of(uint64_t hash) const {
  const size_t mask = slots_.size() - 1;
  size_t at = hash & mask;
  while (slots_[at] != 0 && slots_[at] != hash) at = (at + 1) & mask;
  return at;
}

void TakenNames::grow() {
  std::vector<uint64_t> old(std::max(slots_.size() * 2, kFirstSlots));
  old.swap(slots_);
  for (const uint64_t hash : old) {
    if (hash != 0) slots_[slot_of(hash)] = hash;
  }
}

}  // namespace tcpflow
