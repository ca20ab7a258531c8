// How often this test program called operator new, and what it holds of it. Behind functions, in a
// file of its own: seen beside the tests, GCC 12 inlines half of a new-delete pair and warns of a
// mismatch.
#pragma once

#include <cstddef>

namespace tcpflow::test {

size_t allocations();
// What is allocated and not freed, as malloc rounds it and with its headers.
size_t octets_allocated();

}  // namespace tcpflow::test
