// Opens the input that a user named.
#pragma once

#include <memory>
#include <string>

#include "base/wait.h"
#include "capture/source.h"

namespace tcpflow {

// A capture of either format, compressed or not, from a file, a pipe, or standard input ("-").
// Borrows `waiter` for the source's life. A file that is no capture is found out here; a pipe
// is not waited for, there read() finds out.
Result<std::unique_ptr<PacketSource>> open_capture(const std::string& path, Waiter& waiter);

}  // namespace tcpflow
