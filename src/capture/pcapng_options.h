// The option list at the end of a pcapng block.
#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.h"
#include "capture/byte_order.h"

namespace tcpflow {

struct PcapngOption {
  uint16_t code = 0;
  Bytes value;
};

// Walks the options of one block. Borrows the block's bytes, as do the values it gives.
//
//   0-1   code, which means something else in each kind of block; 0 ends the list
//   2-3   octets of the value, padding not counted
//   4-    value, padded to a multiple of 4 octets
//
// Numbers are in the order of the section. A list may end without code 0, and without the padding
// of its last value.
class PcapngOptions {
 public:
  PcapngOptions(Bytes list, ByteOrder order) : rest_(list), order_(order) {}

  // The next option; nothing at the end of the list, which is also where a length contradicts the
  // block.
  std::optional<PcapngOption> next() {
    if (rest_.size() < kHeader) return std::nullopt;
    const uint16_t code = order_.u16(rest_.data());
    const size_t length = order_.u16(rest_.data() + 2);
    if (code == kEndOfOptions || length > rest_.size() - kHeader) return std::nullopt;
    const PcapngOption option{code, rest_.subspan(kHeader, length)};
    const size_t padded = kHeader + (length + 3) / 4 * 4;
    rest_ = padded < rest_.size() ? rest_.subspan(padded) : Bytes{};
    return option;
  }

 private:
  static constexpr size_t kHeader = 4;
  static constexpr uint16_t kEndOfOptions = 0;

  Bytes rest_;
  ByteOrder order_;
};

}  // namespace tcpflow
