// --memory-limit: one limit for all that is kept.
#pragma once

#include <cstddef>

#include "app/options_table.h"

namespace tcpflow {

// What is too little to work with.
inline constexpr size_t kLeastMemory = size_t{64} << 20;

// Shares the memory, if it is limited, out among the limits on what is kept: each is lowered to its
// share, and its name noted in LimitSettings::shares, for what it costs is then the doing of this
// option. A limit that was asked for and does not fit into its share is a fault. The shares do not
// depend on the machine.
void share_out_memory(ParseState& state);

// How many threads fit beside what is kept, at most.
size_t most_threads_within(size_t memory);

}  // namespace tcpflow
