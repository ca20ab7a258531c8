#include "report/transcript.h"

#include <algorithm>

#include "base/code_point.h"
#include "base/free_memory.h"
#include "base/number_text.h"
#include "report/clean_text.h"
#include "report/record_view.h"

namespace tcpflow {
namespace {

// As the console has them.
constexpr std::string_view kClientColour = "\033[0;34m";
constexpr std::string_view kServerColour = "\033[0;31m";
constexpr std::string_view kClientHeading = "\033[1;34m";
constexpr std::string_view kServerHeading = "\033[1;31m";
constexpr std::string_view kBold = "\033[1m";
constexpr std::string_view kNoColour = "\033[0m";

// A text of this size is handed on before it grows further.
constexpr size_t kPiece = size_t{256} << 10;

// Of one that has something to write, beside its octets and turns.
constexpr size_t kConversation = 600;

// Where the line's end is that `octets` begin with: 0, if they do not begin with one.
size_t line_end(Bytes octets) {
  if (octets[0] == '\n') return 1;
  return octets.size() > 1 && octets[0] == '\r' && octets[1] == '\n' ? 2 : 0;
}

bool is_shown(const CodePoint& point) {
  return point.length > 0 && (point.value == '\t' || !is_control(point.value));
}

// Lines end with LF; what no terminal should get, and octets that are no UTF-8, are dots. Returns
// how many octets were taken, which is all of them or kPiece at least.
size_t append_spoken(std::string& out, Bytes octets) {
  size_t at = 0;
  while (at < octets.size() && out.size() < kPiece) {
    const Bytes rest = octets.subspan(at);
    if (const size_t length = line_end(rest); length > 0) {
      out += '\n';
      at += length;
      continue;
    }
    const CodePoint point = first_code_point(rest);
    const size_t length = std::max<size_t>(point.length, 1);
    is_shown(point) ? out.append(as_text(rest.first(length))) : out.append(length, '.');
    at += length;
  }
  return at;
}

}  // namespace

Transcript::Conversation Transcript::begin(const SpokenBytes& bytes) {
  Conversation talk;
  const HalfInfo& half = bytes.half;
  const Direction other = opposite(bytes.from);
  talk.ends[index_of(bytes.from)] = endpoint_text(half.source, half.source_port);
  talk.ends[index_of(other)] = endpoint_text(half.destination, half.destination_port);
  // Where no SYN tells, who began is taken for the client.
  if (half.role == Role::client) talk.client = bytes.from;
  if (half.role == Role::server) talk.client = other;
  talk.heading = "stream ";
  append_number(talk.heading, bytes.session);
  talk.heading.append(half.transport == Transport::udp ? ", udp" : ", tcp");
  if (!bytes.encapsulation.empty()) talk.heading.append(" in ").append(bytes.encapsulation);
  return talk;
}

void Transcript::on_bytes(const SpokenBytes& bytes) {
  auto found = open_.find(bytes.session);
  if (found == open_.end()) found = open_.emplace(bytes.session, begin(bytes)).first;
  Conversation& talk = found->second;
  take(bytes.session, talk, bytes);
  if (talk.octets.size() + talk.turns.size() * sizeof(Turn) > layout_.limits.per_flow) {
    write_part(talk);
  }
  while (held_ > layout_.limits.held && !by_age_.empty()) {
    write_part(open_.find(by_age_.begin()->second)->second);
  }
}

void Transcript::take(uint64_t session, Conversation& talk, const SpokenBytes& bytes) {
  uint64_t& next = talk.next[index_of(bytes.from)];
  const uint64_t missing = bytes.offset > next ? bytes.offset - next : 0;
  next = std::max(next, bytes.offset) + bytes.text.size();
  if (talk.age == 0) {
    talk.age = ++ages_;
    by_age_.emplace(talk.age, session);
    held_ += kConversation;
  }
  if (talk.turns.empty() || talk.turns.back().from != bytes.from || missing > 0) {
    talk.turns.push_back({talk.octets.size(), missing, bytes.time, bytes.from});
    held_ += sizeof(Turn);
  }
  talk.octets += bytes.text;
  held_ += bytes.text.size();
}

// What it has until here; more will come, or its end.
void Transcript::write_part(Conversation& talk) {
  write_turns(talk);
  ++parts_;
  text_.append("=== ").append(talk.heading).append(" goes on below");
  write_line(kBold);
  out_.add("\n");
  talk.is_continued = true;
}

void Transcript::write_turns(Conversation& talk) {
  text_.append("=== ").append(talk.heading).append(talk.is_continued ? ", continued: " : ": ");
  text_.append(talk.ends[index_of(talk.client)]).append(" and ");
  text_.append(talk.ends[index_of(opposite(talk.client))]);
  write_line(kBold);
  const std::string_view octets = talk.octets;
  for (size_t i = 0; i < talk.turns.size(); ++i) {
    const Turn& turn = talk.turns[i];
    const bool is_last = i + 1 == talk.turns.size();
    const size_t end = is_last ? octets.size() : talk.turns[i + 1].begin;
    write_turn(talk, turn, octets.substr(turn.begin, end - turn.begin));
  }
  held_ -= kConversation + talk.octets.size() + talk.turns.size() * sizeof(Turn);
  free_memory(talk.octets);
  free_memory(talk.turns);
  by_age_.erase(talk.age);
  talk.age = 0;
}

std::string_view Transcript::colour(const Conversation& talk, Direction from,
                                    bool is_heading) const {
  if (!layout_.has_colour) return {};
  if (from == talk.client) return is_heading ? kClientHeading : kClientColour;
  return is_heading ? kServerHeading : kServerColour;
}

void Transcript::write_turn(const Conversation& talk, const Turn& turn, std::string_view octets) {
  if (turn.missing > 0) write_missing(talk, turn.from, turn.missing);
  const bool is_client = turn.from == talk.client;
  text_ += is_client ? ">>> " : "<<< ";
  append_nanosecond_time(text_, turn.time);
  text_.append(" ").append(talk.ends[index_of(turn.from)]).append(" > ");
  text_.append(talk.ends[index_of(opposite(turn.from))]).append(", ");
  append_number(text_, octets.size());
  text_ += octets.size() == 1 ? " byte" : " bytes";
  write_line(colour(talk, turn.from, true));
  const std::string_view plain = colour(talk, turn.from, false);
  text_ += plain;
  Bytes rest = as_bytes(octets);
  bool is_at_line = false;
  while (!rest.empty()) {
    rest = rest.subspan(append_spoken(text_, rest));
    is_at_line = text_.ends_with('\n');
    if (rest.empty()) break;
    out_.add(text_);
    text_.clear();
  }
  // The colour ends before the line does, so that each line that follows begins without.
  if (is_at_line) text_.pop_back();
  if (!plain.empty()) text_ += kNoColour;
  text_ += '\n';
  out_.add(text_);
  text_.clear();
}

void Transcript::write_missing(const Conversation& talk, Direction from, uint64_t count) {
  text_ += "--- ";
  append_number(text_, count);
  text_ += count == 1 ? " byte" : " bytes";
  text_.append(" from ").append(talk.ends[index_of(from)]).append(count == 1 ? " is" : " are");
  text_ += " missing";
  write_line(kBold);
}

// What text_ has is a line.
void Transcript::write_line(std::string_view colour) {
  if (layout_.has_colour) text_.insert(0, colour).append(kNoColour);
  text_ += '\n';
  out_.add(text_);
  text_.clear();
}

void Transcript::on_end(const SpokenEnd& end) {
  const auto found = open_.find(end.session);
  if (found == open_.end()) return;  // nothing was said
  Conversation& talk = found->second;
  if (talk.age > 0) write_turns(talk);
  for (const Direction from : {Direction::originator, Direction::responder}) {
    const uint64_t next = talk.next[index_of(from)];
    const uint64_t all = end.bytes[index_of(from)];
    if (all > next) write_missing(talk, from, all - next);
  }
  text_.append("=== ").append(talk.heading).append(": ").append(end.reason);
  write_line(kBold);
  out_.add("\n");
  open_.erase(found);
}

}  // namespace tcpflow
