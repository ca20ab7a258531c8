// Opens the input that a user named.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "base/wait.h"
#include "capture/source.h"

namespace tcpflow {

// A capture of either format, compressed or not, from a file, a pipe, or standard input ("-").
// Borrows `waiter` for the source's life. A file that is no capture is found out here; a pipe
// is not waited for, there read() finds out. `read_size`: octets to read at once.
Result<std::unique_ptr<PacketSource>> open_capture(const std::string& path, Waiter& waiter,
                                                   size_t read_size = size_t{1} << 20);

}  // namespace tcpflow
