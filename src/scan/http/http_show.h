// One half's messages on their way to a screen.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "flow/message_screen.h"
#include "scan/http/http_shared.h"

namespace tcpflow {

// Tells a screen which octets are what, and of bodies the text, or in one line what they are.
// Owned by its half, on its thread.
class HttpShow {
 public:
  // All are borrowed.
  HttpShow(FlowScreen& screen, Direction from, HttpShared& shared)
      : screen_(screen), shared_(shared), from_(from) {}

  // So many octets come, the first of which stands at `offset` of the flow's file. All that follows
  // is told by such offsets.
  void arrive(uint64_t offset, size_t size) {
    shift_ = offset - arrived_;
    arrived_ += size;
  }
  void raw_upto(uint64_t offset) { screen_.show(from_, offset - shift_); }
  void head_upto(uint64_t offset) { screen_.show_head(from_, offset - shift_); }
  // A message that has none.
  void no_head() { screen_.show_head(from_, 0); }
  void body_upto(uint64_t offset) { screen_.pass(from_, offset - shift_); }
  // What is left of all that came.
  void rest_raw() { screen_.show(from_, arrived_); }
  void rest_body() { screen_.pass(from_, arrived_); }
  void release() { screen_.release(from_); }

  // A body whose Content-Type is `declared`. `packed`: the name of a coding that is left on it, if
  // that is one.
  void begin_body(std::string_view declared, std::string_view packed);
  // Its head is not right about its coding, nor perhaps about its type.
  void doubt();
  void text(Bytes bytes);
  void gap();
  // `wire_size`: of its octets that came; `size`: what they unpack to, with what is missing.
  void end_body(ObjectEnd why, uint64_t wire_size, uint64_t size);
  void end_message() { screen_.end_message(from_); }

 private:
  enum class Kind : uint8_t { undecided, text, other };

  void decide();
  void print(Bytes bytes);
  std::string note_of_text(ObjectEnd why) const;
  std::string note_of_other(ObjectEnd why, uint64_t size);

  FlowScreen& screen_;
  HttpShared& shared_;
  uint64_t shift_ = 0;    // of a place in the file to the number of an octet
  uint64_t arrived_ = 0;  // octets of the half
  uint64_t printed_ = 0;  // octets of bodies' text
  // Of the body.
  uint64_t unshown_ = 0;  // octets that found no room
  std::string declared_;
  std::string packed_;
  std::string first_;  // its first octets, as long as they are to tell what it is
  Direction from_;
  Kind kind_ = Kind::undecided;
  bool has_gap_ = false;
};

}  // namespace tcpflow
