// The frame check sequence of IEEE 802: CRC-32, lowest bit first (IEEE 802.3, 3.2.9). Pure
// functions, good on any thread.
#pragma once

#include <cstdint>

#include "base/bytes.h"

namespace tcpflow {

inline constexpr size_t kFcsLength = 4;

// Of all of `bytes`: the register begins as all ones and is complemented at the end.
uint32_t crc32(Bytes bytes);

// True if the last four octets, the lowest first, check the others. False for fewer than four.
bool has_right_fcs(Bytes frame);

}  // namespace tcpflow
