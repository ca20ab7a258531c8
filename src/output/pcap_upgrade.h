// Turns a pcap file that we wrote into pcapng, where it lies.
#pragma once

#include <cstdint>

#include "base/result.h"

namespace tcpflow {

// `fd` is a regular file, open for reading and writing, that holds exactly `size` bytes of pcap as
// saved_format writes it. Afterwards it holds one pcapng section with one interface and the same
// packets; the result is its new size. The room is claimed first: when there is none (the errno is
// the error), the file is as it was. Takes 1 MiB of memory at a time; works without a second file,
// so links, ownership and dropped privileges do not matter.
Result<uint64_t, int> upgrade_to_pcapng(int fd, uint64_t size);

}  // namespace tcpflow
