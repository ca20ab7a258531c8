// How many cores there are to use.
#pragma once

#include <cstddef>

namespace tcpflow {

// Those that this process may run on, 1 at least; never more than `at_most`.
size_t usable_cores(size_t at_most);

}  // namespace tcpflow
