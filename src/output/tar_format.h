// The headers of a tar in the pax interchange format (POSIX.1-2001).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/time.h"

namespace tcpflow {

inline constexpr size_t kTarBlock = 512;

// One entry. The name is borrowed.
struct TarEntry {
  std::string_view name;
  Timestamp time;
  uint32_t mode = 0;  // permissions
  uint64_t size = 0;
  // A sparse file as GNU tar writes it (1.0): `packed_size` octets follow the header, a map and the
  // bytes that are there.
  bool is_sparse = false;
  uint64_t packed_size = 0;
};

// All that stands before the bytes: a header, and in front of it an extended one for what does not
// fit into it (nanoseconds, long names, large sizes).
void append_tar_header(std::string& out, const TarEntry& entry);

// The octets that fill up the block behind `size` octets.
constexpr size_t tar_padding(uint64_t size) {
  return static_cast<size_t>((kTarBlock - size % kTarBlock) % kTarBlock);
}
// The most that append_tar_header() writes for a name of this length.
constexpr uint64_t most_tar_header(size_t name) { return 4 * kTarBlock + 2 * uint64_t{name}; }

}  // namespace tcpflow
