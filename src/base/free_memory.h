// Giving memory back before its owner goes.
#pragma once

#include <utility>

namespace tcpflow {

// Leaves `value` as a new one is and frees what it took. Neither clear() nor an assignment does
// that: a std::vector keeps its memory when it is assigned `{}`, a std::string also when an empty
// one is moved into it.
template <typename T>
void free_memory(T& value) noexcept {
  T nothing{};
  using std::swap;
  swap(nothing, value);
}

}  // namespace tcpflow
