// A value or the reason why there is none. C++20 has no std::expected; this is the part of it that
// we use.
#pragma once

#include <cassert>
#include <string>
#include <utility>
#include <variant>

namespace tcpflow {

// A failure of the environment (file, device, system call), ready to be shown to the user: it names
// the thing and the reason ("/data/x.pcap: No such file or directory"). `code` is an errno, 0 where
// there is none.
struct Error {
  std::string message;
  int code = 0;
};

// Error with "WHAT: strerror(code)".
Error errno_error(const std::string& what, int code);

// Holds a T or an E. Check with `if (!result)` before `*result`; reading the wrong side is a bug.
template <typename T, typename E = Error>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(E error) : state_(std::in_place_index<1>, std::move(error)) {}

  explicit operator bool() const { return state_.index() == 0; }
  T& operator*() { return std::get<0>(state_); }
  const T& operator*() const { return std::get<0>(state_); }
  T* operator->() { return &std::get<0>(state_); }
  const T* operator->() const { return &std::get<0>(state_); }
  const E& error() const { return std::get<1>(state_); }

 private:
  std::variant<T, E> state_;
};

// The result of something that yields nothing but may fail: `return Ok{};`
struct Ok {};
using Status = Result<Ok>;

}  // namespace tcpflow
