// Micro-benchmarks: what one frame, one segment, one piece of a stream costs in a part alone.
#pragma once

#include <cstdint>
#include <vector>

#include "base/bytes.h"

namespace tcpflow::bench {

// Each adds its benchmarks to those that the library runs.
void register_decode();
void register_table();
void register_reassembler();

inline constexpr uint32_t kFullSegment = 1448;

// What payloads are made of; a benchmark is no place to look at its value.
inline std::vector<uint8_t> some_octets(size_t size) { return std::vector<uint8_t>(size, 'x'); }

}  // namespace tcpflow::bench
