#include "output/taken_names.h"

#include <algorithm>
#include <functional>
#include <utility>

namespace tcpflow {
namespace {

constexpr size_t kFirstSlots = 1024;  // a power of two, as all sizes are

}  // namespace

bool TakenNames::take(std::string_view name) {
  if (count_ >= most_) {
    slots_.clear();
    count_ = 0;
    ++times_forgotten_;
  }
  if ((count_ + 1) * 4 > slots_.size() * 3) grow();
  const uint64_t hash = std::hash<std::string_view>()(name);
  const bool is_new = insert(std::max<uint64_t>(hash, 1));
  count_ += is_new ? 1 : 0;
  return is_new;
}

bool TakenNames::insert(uint64_t hash) {
  const size_t mask = slots_.size() - 1;
  size_t at = hash & mask;
  while (slots_[at] != 0 && slots_[at] != hash) at = (at + 1) & mask;
  return std::exchange(slots_[at], hash) == 0;
}

void TakenNames::grow() {
  std::vector<uint64_t> old(std::max(slots_.size() * 2, kFirstSlots));
  old.swap(slots_);
  for (const uint64_t hash : old) {
    if (hash != 0) insert(hash);
  }
}

}  // namespace tcpflow
