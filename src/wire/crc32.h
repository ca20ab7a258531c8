// The frame check sequence of IEEE 802: CRC-32, lowest bit first (IEEE 802.3, 3.2.9).
#pragma once

#include <cstdint>

#include "base/bytes.h"

namespace tcpflow {

inline constexpr size_t kFcsLength = 4;

uint32_t crc32(Bytes bytes);

// True if the last four octets check the others.
bool has_right_fcs(Bytes frame);

}  // namespace tcpflow
