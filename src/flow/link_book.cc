#include "flow/link_book.h"

#include <cassert>
#include <cstring>

namespace tcpflow {
namespace {

// Both directions of a link and its neighbours in different places, mostly.
size_t hash_of(const LinkFacts& link) {
  uint32_t source = 0;
  uint32_t destination = 0;
  std::memcpy(&source, link.source_mac.octets.data() + 2, sizeof source);
  std::memcpy(&destination, link.destination_mac.octets.data() + 2, sizeof destination);
  const uint32_t mixed = (source * 3 + destination + link.vlan) * 0x9e3779b1;
  return mixed >> 16;
}

}  // namespace

LinkBook::Number LinkBook::use(const LinkFacts& link) {
  Number& recent = recent_[hash_of(link) % kRecent];
  const bool is_recent =
      recent < entries_.size() && entries_[recent].uses > 0 && entries_[recent].facts == link;
  if (!is_recent) recent = find_or_add(link);
  ++entries_[recent].uses;
  return recent;
}

LinkBook::Number LinkBook::find_or_add(const LinkFacts& link) {
  const auto known = numbers_.find(link);
  if (known != numbers_.end()) return known->second;
  if (free_.empty()) {
    free_.push_back(static_cast<Number>(entries_.size()));
    entries_.emplace_back();
  }
  const Number number = free_.back();
  free_.pop_back();
  entries_[number] = {link, 0};
  numbers_.emplace(link, number);
  return number;
}

void LinkBook::release(Number number) {
  Entry& entry = entries_[number];
  assert(entry.uses > 0);
  if (--entry.uses > 0) return;
  numbers_.erase(entry.facts);
  free_.push_back(number);
}

}  // namespace tcpflow
