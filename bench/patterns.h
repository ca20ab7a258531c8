// The patterns of traffic that the program is measured on.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "bench/connection.h"

namespace tcpflow::bench {

// What a pattern works with; all borrowed.
struct Stage {
  PcapWriter& out;
  const Content& content;
  Random& random;
  double scale = 1.0;  // of the amount of traffic

  uint32_t scaled(uint32_t amount) const;  // at least 1
};

struct Pattern {
  std::string_view name;
  std::string_view what;
  void (*write)(Stage& stage);
};
const std::vector<Pattern>& patterns();

}  // namespace tcpflow::bench
