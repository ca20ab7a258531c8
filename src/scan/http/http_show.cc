#include "scan/http/http_show.h"

#include <algorithm>
#include <array>

#include "scan/http/header_value.h"
#include "scan/http/screen_text.h"

namespace tcpflow {

void HttpShow::begin_body(std::string_view declared, std::string_view packed) {
  declared_ = shown_type(declared);
  packed_ = shown_type(packed);
  first_.clear();
  unshown_ = 0;
  has_gap_ = false;
  kind_ = Kind::undecided;
  const std::optional<bool> is_text = packed_.empty() ? is_text_type(declared_) : std::nullopt;
  if (is_text) kind_ = *is_text ? Kind::text : Kind::other;
}

void HttpShow::doubt() {
  if (kind_ == Kind::text) kind_ = Kind::undecided;
}

void HttpShow::text(Bytes bytes) {
  if (kind_ != Kind::text && first_.size() < kTellingOctets) {
    const size_t room = kTellingOctets - first_.size();
    const Bytes part = bytes.first(std::min(bytes.size(), room));
    first_ += as_text(part);
    if (kind_ == Kind::other) return;
    bytes = bytes.subspan(part.size());
    if (first_.size() < kTellingOctets) return;
    decide();
  }
  if (kind_ == Kind::text) print(bytes);
}

// By its first octets.
void HttpShow::decide() {
  if (kind_ != Kind::undecided) return;
  kind_ = looks_like_text(first_) ? Kind::text : Kind::other;
  if (kind_ == Kind::text) print(as_bytes(first_));
}

// What unpacks to very much does not fill the memory in between.
void HttpShow::print(Bytes bytes) {
  const HttpLimits& limits = shared_.options.limits;
  const uint64_t most = limits.screen_text + limits.screen_ratio * arrived_;
  const uint64_t room = unshown_ > 0 ? 0 : most - std::min(printed_, most);
  const Bytes part = bytes.first(static_cast<size_t>(std::min<uint64_t>(bytes.size(), room)));
  printed_ += part.size();
  if (!part.empty()) screen_.show_text(from_, part);
  if (part.size() == bytes.size()) return;
  if (unshown_ == 0) ++shared_.counters.not_shown;
  unshown_ += bytes.size() - part.size();
}

void HttpShow::gap() {
  has_gap_ = true;
  if (!first_.empty()) decide();  // else what comes behind it may tell
  screen_.pass_gap(from_, kind_ == Kind::text);
}

void HttpShow::end_body(ObjectEnd why, uint64_t wire_size, uint64_t size) {
  if (has_gap_ && why == ObjectEnd::complete) why = ObjectEnd::gap;
  // Of a body without an octet there is nothing to say.
  if (wire_size > 0 || has_gap_) {
    if (!first_.empty()) decide();
    const bool is_text = kind_ == Kind::text && size > 0;
    const std::string note = is_text ? note_of_text(why) : note_of_other(why, size);
    if (!note.empty()) screen_.show_note(from_, note);
  }
  end_message();
}

std::string HttpShow::note_of_text(ObjectEnd why) const {
  if (why == ObjectEnd::complete && unshown_ > 0) why = ObjectEnd::limit;
  if (why == ObjectEnd::complete) return {};
  std::string note = "[";
  if (unshown_ > 0) note.append(grouped_number(unshown_)).append(" more bytes, ");
  return note.append("incomplete: ").append(object_end_name(why)).append("]");
}

std::string HttpShow::note_of_other(ObjectEnd why, uint64_t size) {
  std::string type = declared_;
  if (!says_much(type) && !first_.empty()) {
    const std::string found = shown_type(shared_.types.find(declared_, as_bytes(first_)));
    if (says_much(found)) type = found;
  }
  std::string note = "[";
  note.append(grouped_number(size)).append(size == 1 ? " byte" : " bytes");
  if (!type.empty()) note.append(" of ").append(type);
  if (!packed_.empty()) note.append(", packed: ").append(packed_);
  if (why != ObjectEnd::complete) note.append(", incomplete: ").append(object_end_name(why));
  return note.append("]");
}

}  // namespace tcpflow
