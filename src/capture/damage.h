// Why the bytes of an input cannot be read on.
#pragma once

#include <string>

namespace tcpflow {

// "invalid packet capture length 4000000000": without the input's name and position, which whoever
// drives the parser adds.
struct Damage {
  std::string text;
};

}  // namespace tcpflow
