// <name a='1' b='x' />: an element of attributes only, put together in place.
#pragma once

#include <array>
#include <cassert>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "base/address.h"
#include "base/number_text.h"
#include "base/time.h"

namespace tcpflow {

// For what a report has once for each stream. Values are of kinds that hold nothing that XML gives
// a meaning, and none is longer than 64 octets; names are literals, and there are 16 at most. Text
// from outside goes through XmlTag. A local value.
class PlainTag {
 public:
  explicit PlainTag(std::string_view name) {
    *end_++ = '<';
    put(name);
  }

  void with(std::string_view name, uint64_t value) {
    begin(name);
    end_ = write_number(end_, value);
    *end_++ = '\'';
  }
  void with(std::string_view name, Timestamp time) {
    begin(name);
    end_ = write_iso_time(end_, time);
    *end_++ = '\'';
  }
  void with(std::string_view name, const IpAddress& address) {
    begin(name);
    end_ = address.write(end_);
    *end_++ = '\'';
  }
  void with(std::string_view name, const MacAddress& address) {
    begin(name);
    end_ = address.write(end_);
    *end_++ = '\'';
  }
  void with_word(std::string_view name, std::string_view literal) {
    begin(name);
    put(literal);
    *end_++ = '\'';
  }
  // Ends the element as 1.6.1 ends its tcpflow element. What is returned lives as the tag does.
  std::string_view spaced_empty_element() {
    put(" />");
    return {text_.data(), static_cast<size_t>(end_ - text_.data())};
  }

 private:
  static constexpr size_t kMostAttribute = 128;

  void put(std::string_view text) {
    std::memcpy(end_, text.data(), text.size());
    end_ += text.size();
  }
  void begin(std::string_view name) {
    assert(text_.data() + text_.size() - end_ >= static_cast<ptrdiff_t>(kMostAttribute));
    *end_++ = ' ';
    put(name);
    put("='");
  }

  std::array<char, 17 * kMostAttribute> text_;
  char* end_ = text_.data();
};

}  // namespace tcpflow
