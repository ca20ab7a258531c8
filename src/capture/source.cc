#include "capture/source.h"

namespace tcpflow {

const std::vector<std::pair<uint32_t, std::string>>& PacketSource::secrets() const {
  static const std::vector<std::pair<uint32_t, std::string>> none;
  return none;
}

}  // namespace tcpflow
