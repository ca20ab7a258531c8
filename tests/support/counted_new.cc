#include "tests/support/counted_new.h"

#include <malloc.h>

#include <atomic>
#include <cstdlib>
#include <new>

namespace {

// allow(global): operator new has nowhere else to count
std::atomic<size_t> g_allocations = 0;
// allow(global): the same
std::atomic<size_t> g_octets = 0;

constexpr size_t kMallocHeader = 8;

void* counted_malloc(size_t size) {
  void* const memory = std::malloc(size);
  ++g_allocations;
  if (memory != nullptr) g_octets += malloc_usable_size(memory) + kMallocHeader;
  return memory;
}

void counted_free(void* memory) {
  if (memory != nullptr) g_octets -= malloc_usable_size(memory) + kMallocHeader;
  std::free(memory);
}

}  // namespace

void* operator new(size_t size) {
  if (void* memory = counted_malloc(size)) return memory;
  std::abort();
}
void* operator new(size_t size, const std::nothrow_t&) noexcept { return counted_malloc(size); }
void operator delete(void* memory, const std::nothrow_t&) noexcept { counted_free(memory); }
void operator delete(void* memory) noexcept { counted_free(memory); }
void operator delete(void* memory, size_t) noexcept { counted_free(memory); }

namespace tcpflow::test {

size_t allocations() { return g_allocations; }
size_t octets_allocated() { return g_octets; }

}  // namespace tcpflow::test
