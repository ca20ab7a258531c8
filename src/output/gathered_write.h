// Whole writes: short writes are continued, interrupted ones repeated.
#pragma once

#include <sys/uio.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/bytes.h"
#include "base/patient_write.h"

namespace tcpflow {

// writev(2) only reads, but its argument is not const.
inline iovec as_iovec(Bytes bytes) { return {const_cast<uint8_t*>(bytes.data()), bytes.size()}; }

// Writes `pieces` one behind the other at `offset` of a regular file. Uses `pieces` up.
Written write_at(int fd, std::span<iovec> pieces, uint64_t offset);
Written write_at(int fd, std::string_view text, uint64_t offset);

}  // namespace tcpflow
