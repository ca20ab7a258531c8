// Sizes of the command line: "64M".
#pragma once

#include <cstddef>
#include <string>

#include "app/options_number.h"

namespace tcpflow {

// Sets `target` to the bytes that the word says: a number, with k, M, G or T behind it for so many
// KiB, MiB, GiB or TiB; at least 1. Else leaves it alone and puts the reason into `state`.
void read_size(const NumberWord& word, ParseState& state, size_t& target);

// The same the other way: "64M", "1500". What `read_size` reads back.
std::string size_text(size_t size);

}  // namespace tcpflow
