// What frames said of their links, each different answer once: they are few, and the same for many
// flows.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

#include "decode/segment.h"

namespace tcpflow {

// Answers by a number in place of their 28 octets. Who takes a number gives it back. Owned by
// whoever owns its users, used on their thread. An answer that nobody else uses takes about 120
// octets.
class LinkBook {
 public:
  using Number = uint32_t;

  // One more user of `link`.
  Number use(const LinkFacts& link);
  // One user less.
  void release(Number number);
  const LinkFacts& operator[](Number number) const { return entries_[number].facts; }
  // Different answers in use.
  size_t size() const { return numbers_.size(); }

 private:
  struct Entry {
    LinkFacts facts;
    uint32_t uses = 0;  // 0: free to be another
  };
  static constexpr size_t kRecent = 64;

  Number find_or_add(const LinkFacts& link);

  std::vector<Entry> entries_;
  std::vector<Number> free_;
  std::map<LinkFacts, Number> numbers_;
  // By a hash without a secret: who makes links meet there loses the short cut and nothing else.
  std::array<Number, kRecent> recent_{};
};

}  // namespace tcpflow
