// --transcript: each connection as one conversation, both directions in turn.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/limits.h"
#include "report/transcript_form.h"

namespace tcpflow {

// Puts together what all shards tell, in their common order, and writes a conversation when its
// flow has ended, or the part that is there when it has more than the limits keep. Used on the
// thread that writes.
class Transcript : private SpokenSink {
 public:
  struct Layout {
    bool has_colour = false;  // -g
    TranscriptLimits limits;
  };
  // Borrows `out` for its life.
  Transcript(const Layout& layout, LineSink& out) : layout_(layout), out_(out) {}

  // `row`: one of TranscriptForm.
  void add(std::string_view row) { read_spoken(row, *this); }
  // Conversations, or more of one, that could not be written in one piece.
  uint64_t parts() const { return parts_; }

 private:
  // What one side says before the other does.
  struct Turn {
    size_t begin = 0;      // in the octets of the conversation
    uint64_t missing = 0;  // bytes of the same side before it
    Timestamp time;
    Direction from = Direction::originator;
  };
  struct Conversation {
    std::string heading;
    std::array<std::string, 2> ends;  // who sends, by Direction
    std::array<uint64_t, 2> next{};   // offset of each half, where its next byte is due
    std::string octets;
    std::vector<Turn> turns;
    uint64_t age = 0;  // since when it has something to write; 0: it has nothing
    Direction client = Direction::originator;
    bool is_continued = false;
  };

  void on_bytes(const SpokenBytes& bytes) override;
  void on_end(const SpokenEnd& end) override;
  static Conversation begin(const SpokenBytes& bytes);
  void take(uint64_t session, Conversation& talk, const SpokenBytes& bytes);
  void write_part(Conversation& talk);
  void write_turns(Conversation& talk);
  void write_turn(const Conversation& talk, const Turn& turn, std::string_view octets);
  void write_missing(const Conversation& talk, Direction from, uint64_t count);
  void write_line(std::string_view colour);
  std::string_view colour(const Conversation& talk, Direction from, bool is_heading) const;

  Layout layout_;
  LineSink& out_;
  std::unordered_map<uint64_t, Conversation> open_;  // by the number of their flow
  std::map<uint64_t, uint64_t> by_age_;              // those that have something to write
  uint64_t ages_ = 0;
  size_t held_ = 0;
  uint64_t parts_ = 0;
  std::string text_;
};

}  // namespace tcpflow
