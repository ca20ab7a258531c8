#include "wire/tcp_options.h"

#include <algorithm>

namespace tcpflow {
namespace {

namespace kind {
constexpr uint8_t kEnd = 0;
constexpr uint8_t kNothing = 1;
constexpr uint8_t kWindowScale = 3;
constexpr uint8_t kTimestamps = 8;
constexpr uint8_t kMd5 = 19;
}  // namespace kind

// `option` is whole: kind, length and what belongs to it.
void read_option(Bytes option, TcpOptions& found) {
  // An option of another length than its own is not that option: hosts pass over it too.
  if (option[0] == kind::kWindowScale && option.size() == 3) {
    found.window_scale = std::min(option[2], TcpOptions::kMostScale);
  } else if (option[0] == kind::kTimestamps && option.size() == 10) {
    found.has_timestamp = true;
    found.timestamp = load_be32(option.data() + 2);
  } else if (option[0] == kind::kMd5 && option.size() == 18) {
    found.has_md5 = true;
  }
}

}  // namespace

TcpOptions TcpOptions::parse(Bytes options) {
  TcpOptions found;
  while (!options.empty() && options[0] != kind::kEnd) {
    if (options[0] == kind::kNothing) {
      options = options.subspan(1);
      continue;
    }
    // A length counts kind and length, so one below 2 would never get on.
    if (options.size() < 2 || options[1] < 2 || options[1] > options.size()) break;
    read_option(options.first(options[1]), found);
    options = options.subspan(options[1]);
  }
  return found;
}

}  // namespace tcpflow
