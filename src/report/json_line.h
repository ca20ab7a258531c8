// One JSON object on a line of its own, by RapidJSON.
#pragma once

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "base/time.h"
#include "report/clean_text.h"

namespace tcpflow {

// Makes one object after the other in the same memory. Keys are of static life and plain ASCII;
// texts may hold any octets, see append_utf8. One owner, one thread.
class JsonLine {
 public:
  JsonLine() : writer_(buffer_) {}

  void begin() {
    buffer_.Clear();
    writer_.Reset(buffer_);
    writer_.StartObject();
  }
  // The line with its end; good until the next begin().
  std::string_view finish() {
    writer_.EndObject();
    buffer_.Put('\n');
    return {buffer_.GetString(), buffer_.GetSize()};
  }

  void key(std::string_view name) { string_as_is(name, true); }
  void text(std::string_view name, std::string_view value) {
    key(name);
    element(value);
  }
  // Left out where it is empty.
  void text_if(std::string_view name, std::string_view value) {
    if (!value.empty()) text(name, value);
  }
  void number(std::string_view name, uint64_t value) {
    key(name);
    writer_.Uint64(value);
  }
  // Left out where it is 0.
  void number_if(std::string_view name, uint64_t value) {
    if (value != 0) number(name, value);
  }
  void real(std::string_view name, double value) {
    key(name);
    writer_.Double(value);
  }
  void flag(std::string_view name, bool value) {
    key(name);
    writer_.Bool(value);
  }
  void time(std::string_view name, Timestamp value) {
    scratch_.clear();
    append_nanosecond_time(scratch_, value);
    key(name);
    string_as_is(scratch_, false);
  }
  void begin_object() { writer_.StartObject(); }
  void end_object() { writer_.EndObject(); }
  void begin_list() { writer_.StartArray(); }
  void end_list() { writer_.EndArray(); }
  void element(std::string_view value) {
    scratch_.clear();
    append_utf8(scratch_, value);
    string_as_is(scratch_, false);
  }
  void element(uint64_t value) { writer_.Uint64(value); }

 private:
  void string_as_is(std::string_view text, bool is_key) {
    const auto length = static_cast<rapidjson::SizeType>(text.size());
    is_key ? writer_.Key(text.data(), length) : writer_.String(text.data(), length);
  }

  rapidjson::StringBuffer buffer_;
  rapidjson::Writer<rapidjson::StringBuffer> writer_;
  std::string scratch_;
};

}  // namespace tcpflow
