#include "base/gap.h"

namespace tcpflow {

std::string gap_marker(uint64_t length) {
  std::string text = "[tcpflow: ";
  return text.append(std::to_string(length)).append(" bytes missing]");
}

}  // namespace tcpflow
