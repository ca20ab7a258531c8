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

// Walks the options of one block. Borrows the block's bytes.
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
