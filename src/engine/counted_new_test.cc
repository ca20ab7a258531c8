#include "engine/counted_new_test.h"

#include <cstdlib>
#include <new>

namespace {

// allow(global): operator new has nowhere else to count
size_t g_allocations = 0;

}  // namespace

void* operator new(size_t size) {
  ++g_allocations;
  if (void* memory = std::malloc(size)) return memory;
  std::abort();
}
void* operator new(size_t size, const std::nothrow_t&) noexcept {
  ++g_allocations;
  return std::malloc(size);
}
void operator delete(void* memory, const std::nothrow_t&) noexcept { std::free(memory); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, size_t) noexcept { std::free(memory); }

namespace tcpflow::test {

size_t allocations() { return g_allocations; }

}  // namespace tcpflow::test
