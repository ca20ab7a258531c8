// What the tests of --strict share.
#pragma once

#include "flow/flow_test_support.h"

namespace tcpflow::test {

inline FlowOptions strict_options() {
  FlowOptions options;
  options.strict = true;
  return options;
}

// The timestamps option (RFC 7323, 3.2), padded to 32-bit words as hosts do it.
inline Octets timestamp(uint32_t value) {
  Octets option = {1, 1, 8, 10};
  put_be32(option, value);
  put_be32(option, 7);
  return option;
}

}  // namespace tcpflow::test
