// How often this test program called operator new. Behind a function, in a file of its own: seen
// beside the tests, GCC 12 inlines half of a new-delete pair and warns of a mismatch.
#pragma once

#include <cstddef>

namespace tcpflow::test {

size_t allocations();

}  // namespace tcpflow::test
