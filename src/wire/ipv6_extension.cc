#include "wire/ipv6_extension.h"

namespace tcpflow {
namespace {

// Kinds of options (RFC 8200, 4.2; RFC 2675, 2). Pad1 is the only one without a length.
constexpr uint8_t kPad1 = 0x00;
constexpr uint8_t kJumbo = 0xc2;

}  // namespace

std::optional<uint32_t> Ipv6ExtensionView::jumbo_length() const {
  Bytes options = packet_.first(header_length()).subspan(2);
  while (!options.empty()) {
    if (options[0] == kPad1) {
      options = options.subspan(1);
      continue;
    }
    if (options.size() < 2 || options.size() - 2 < options[1]) return std::nullopt;
    // A jumbo option of another length is none, and is skipped like any other.
    if (options[0] == kJumbo && options[1] == 4) return load_be32(options.data() + 2);
    options = options.subspan(2u + options[1]);
  }
  return std::nullopt;
}

}  // namespace tcpflow
