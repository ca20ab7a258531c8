// What content is, whatever its sender calls it.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/bytes.h"

struct magic_set;

namespace tcpflow {

// Asks libmagic, which takes 0.1 to 1.4 milliseconds; so it is asked only where a glance does not
// tell: a picture that begins with the signature of the declared type, and text, are known at once.
// One owner, one thread. The library's data is loaded when it is first needed.
class TypeFinder {
 public:
  static constexpr size_t kHead = 1024;  // octets that are looked at

  TypeFinder();
  ~TypeFinder();
  TypeFinder(TypeFinder&&) noexcept;

  // The media type of what begins with `head`. Empty: not known.
  std::string find(std::string_view declared, Bytes head);

 private:
  struct Close {
    void operator()(magic_set* library) const;
  };
  std::unique_ptr<magic_set, Close> library_;
  bool is_tried_ = false;
};

}  // namespace tcpflow
