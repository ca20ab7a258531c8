// Claims of fuzz targets.
#pragma once

#include <cstdio>
#include <cstdlib>

namespace tcpflow::test {

// Ends the program, naming the place, if the claim is wrong.
inline void require(bool claim, const char* file = __builtin_FILE(), int line = __builtin_LINE()) {
  if (claim) return;
  std::fprintf(stderr, "%s:%d: a claim does not hold\n", file, line);
  std::abort();
}

}  // namespace tcpflow::test
