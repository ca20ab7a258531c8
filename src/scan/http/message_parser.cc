#include "scan/http/message_parser.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <charconv>
#include <optional>
#include <utility>

#include "base/code_point.h"
#include "base/free_memory.h"
#include "flow/object_record.h"
#include "scan/http/head_mender.h"
#include "scan/http/header_value.h"

namespace tcpflow {
namespace {

// What llhttp may be told when a head is complete.
constexpr int kBodyAsSaid = 0;
constexpr int kTunnel = 2;
constexpr int kStop = HPE_USER;
constexpr int kPause = HPE_PAUSED;

constexpr size_t kFrame = 2;  // octets of the line end behind a chunk's data

// The longest first line of a chunk that is mended.
constexpr size_t kMostChunkLine = 256;

// Of line ends in front of a message so many are kept.
constexpr size_t kMostLineEnds = 64;

// A head is mended in steps, for many may stand in one piece.
constexpr size_t kMendStep = 2048;

// The longest name of a field that is kept.
constexpr size_t kFieldName = 32;

struct KeptField {
  std::string_view name;
  std::string MessageHead::*place;
  bool is_list;
};

constexpr std::array<KeptField, 6> kKeptFields = {{
    {"host", &MessageHead::host, false},
    {"content-type", &MessageHead::content_type, false},
    {"content-encoding", &MessageHead::content_encoding, true},
    {"transfer-encoding", &MessageHead::transfer_encoding, true},
    {"content-disposition", &MessageHead::content_disposition, false},
    {"upgrade", &MessageHead::upgrade, false},
}};

Bytes upto(Bytes bytes, size_t most) { return bytes.first(std::min(bytes.size(), most)); }

std::string_view text_of(const char* at, size_t length) { return {at, length}; }

}  // namespace

// llhttp calls plain functions; which parser they are about stands in its data.
void MessageParser::set_head_calls(llhttp_settings_t& calls) {
  calls.on_message_begin = [](llhttp_t* parser) { return of(parser).begin_message(); };
  calls.on_method = [](llhttp_t* parser, const char* at, size_t length) {
    return of(parser).add_to(of(parser).head_.method, text_of(at, length), kObjectText);
  };
  calls.on_url = [](llhttp_t* parser, const char* at, size_t length) {
    return of(parser).add_to(of(parser).head_.target, text_of(at, length), kTargetText);
  };
  calls.on_version = [](llhttp_t* parser, const char* at, size_t length) {
    return of(parser).add_to(of(parser).head_.version, text_of(at, length), kObjectText);
  };
  calls.on_header_field = [](llhttp_t* parser, const char* at, size_t length) {
    return of(parser).add_to(of(parser).field_, text_of(at, length), kObjectText);
  };
  calls.on_header_value = [](llhttp_t* parser, const char* at, size_t length) {
    return of(parser).add_to(of(parser).value_, text_of(at, length), kObjectText);
  };
  calls.on_header_value_complete = [](llhttp_t* parser) { return of(parser).end_field(); };
  calls.on_headers_complete = [](llhttp_t* parser) { return of(parser).end_head(); };
}

void MessageParser::set_body_calls(llhttp_settings_t& calls) {
  calls.on_chunk_header = [](llhttp_t* parser) {
    of(parser).is_in_data_ = parser->content_length > 0;
    return 0;
  };
  calls.on_chunk_complete = [](llhttp_t* parser) {
    of(parser).is_in_data_ = false;
    return 0;
  };
  calls.on_body = [](llhttp_t* parser, const char* at, size_t length) {
    return of(parser).take_body(as_bytes(text_of(at, length)));
  };
  calls.on_message_complete = [](llhttp_t* parser) { return of(parser).end_message(); };
}

llhttp_settings_t MessageParser::make_settings() {
  llhttp_settings_t calls;
  llhttp_settings_init(&calls);
  set_head_calls(calls);
  set_body_calls(calls);
  return calls;
}

const llhttp_settings_t& MessageParser::settings() {
  static const llhttp_settings_t calls = make_settings();
  return calls;
}

MessageParser::MessageParser(bool is_response, MessageEvents& events, const HttpLimits& limits)
    : is_response_(is_response), events_(events), limits_(limits) {
  start();
}

void MessageParser::start() {
  llhttp_init(&parser_, is_response_ ? HTTP_RESPONSE : HTTP_REQUEST, &settings());
  parser_.data = this;
  parser_.lenient_flags = LENIENT_HEADERS | LENIENT_CHUNKED_LENGTH | LENIENT_KEEP_ALIVE |
                          LENIENT_TRANSFER_ENCODING | LENIENT_VERSION;
  stage_ = Stage::between;
  frame_left_ = 0;
}

MessageParser::Fed MessageParser::feed(Bytes bytes) {
  if (mending_ == Mending::trailers) return mend_trailers(bytes);
  if (mending_ != Mending::nothing) return mend(bytes);
  if (is_in_body()) return head_.is_chunked ? feed_chunked(bytes) : run(bytes);
  if (is_between()) {
    const std::string_view text = as_text(bytes);
    const size_t blank = std::min(text.find_first_not_of("\r\n"), text.size());
    const size_t room = kMostLineEnds - std::min(kept_.size(), kMostLineEnds);
    kept_ += text.substr(0, std::min(blank, room));
    if (blank > 0) return {Status::more, blank};
  }
  // What llhttp tells of a head is not all of it, so all counts.
  const size_t room = limits_.head_octets - std::min(kept_.size(), limits_.head_octets);
  if (room == 0) return {Status::not_http, 0};
  head_end_ = std::min(bytes.size(), room);
  return run(bytes.first(head_end_));
}

// What frames chunks goes to llhttp by itself, for it takes any two octets for the line end behind
// the data; and extensions do not go there, for it takes one to the next CR and any octet behind.
MessageParser::Fed MessageParser::feed_chunked(Bytes bytes) {
  if (is_in_data_ && frame_left_ > 0) {
    if (frame_left_ < kFrame || bytes[0] != '\n') return run(upto(bytes, frame_left_));
    frame_left_ = 0;
    return {run_mended("\r\n").status, 1};
  }
  const bool is_trailer = (parser_.flags & F_TRAILING) != 0;
  if (is_in_data_ || is_trailer) return run(bytes);
  const size_t end = as_text(bytes).find_first_of(";\n");
  const bool has_extension = end != std::string_view::npos && bytes[end] == ';';
  if (!has_extension || end > 0) return run(has_extension ? bytes.first(end) : bytes);
  mending_ = Mending::chunk_line;
  head_octets_ = 0;
  return mend(bytes);
}

MessageParser::Fed MessageParser::run(Bytes bytes) {
  const std::string_view text = as_text(bytes);
  refused_ = nullptr;
  const llhttp_errno_t result = llhttp_execute(&parser_, text.data(), text.size());
  if (result == HPE_OK) {
    remember(bytes);
    return {Status::more, text.size()};
  }
  const auto used = static_cast<size_t>(llhttp_get_error_pos(&parser_) - text.data());
  assert(used <= text.size());
  if (result == HPE_PAUSED) {
    kept_.clear();
    frame_left_ = is_in_body() && is_in_data_ ? kFrame : 0;
    llhttp_resume(&parser_);
    return {Status::more, used};
  }
  if (result == HPE_PAUSED_UPGRADE || result == HPE_PAUSED_H2_UPGRADE)
    return {Status::tunnel, used};
  if (refused_ != nullptr) return {Status::not_http, static_cast<size_t>(refused_ - bytes.data())};
  return is_mended_ ? Fed{Status::not_http, used} : judge_refusal(bytes, used);
}

// What may have to be mended once more of it is there.
void MessageParser::remember(Bytes bytes) {
  if (is_mended_) return;
  const std::string_view text = as_text(bytes);
  if (!is_in_body()) {
    kept_ += text;
    return;
  }
  if (!head_.is_chunked) return;
  const std::string_view line = text.substr(chunk_line(text));
  if (!is_in_chunk_line()) kept_.clear();
  if (!is_in_chunk_line()) return;
  kept_ += line.substr(0, kMostChunkLine - std::min(kept_.size(), kMostChunkLine));
}

// Where in `text` the line that frames the next chunk begins, or goes on behind what is kept.
size_t MessageParser::chunk_line(std::string_view text) {
  const size_t from = std::min(frame_left_, text.size());
  frame_left_ -= from;
  const size_t newline = text.substr(from).rfind('\n');
  if (from > 0 || newline != std::string_view::npos) kept_.clear();
  return newline == std::string_view::npos ? from : from + newline + 1;
}

// It is no message from `used` on, nor are the last `before` octets that are kept.
MessageParser::Fed MessageParser::refuse(size_t used, size_t before) {
  given_back_ = std::exchange(kept_, {});
  given_back_.resize(std::min(before, given_back_.size()));
  return {Status::not_http, used};
}

// llhttp takes nothing from `at` on.
MessageParser::Fed MessageParser::judge_refusal(Bytes bytes, size_t at) {
  const std::string_view text = as_text(bytes);
  if (head_octets_ > limits_.head_octets) return {Status::not_http, at};
  if (is_in_chunk_line()) {
    const size_t line = chunk_line(text.substr(0, at));
    const bool is_trailer = (parser_.flags & F_TRAILING) != 0;
    mending_ = is_trailer ? Mending::trailers : Mending::chunk_line;
    head_octets_ = 0;
    const Bytes rest = bytes.subspan(line);
    const Fed fed = is_trailer ? mend_trailers(rest) : mend(rest);
    return {fed.status, line + fed.used};
  }
  if (is_in_body()) return {Status::not_http, at};
  std::string head = kept_;
  if (!may_be_head(head.append(text.substr(0, kMostChunkLine)), is_response_)) {
    stage_ = Stage::between;  // llhttp takes any octet for the first of a message
    return refuse(0, kept_.size());
  }
  mending_ = Mending::head;
  scan_ = {};
  return mend(bytes);
}

// Takes the rest of a head or line.
MessageParser::Fed MessageParser::mend(Bytes bytes) {
  const bool is_head = mending_ == Mending::head;
  const size_t most = is_head ? limits_.head_octets : kMostChunkLine;
  const size_t before = kept_.size();
  const size_t step = std::min(kMendStep, most - std::min(before, most));
  kept_ += as_text(bytes.first(std::min(bytes.size(), step)));
  std::optional<size_t> end;
  if (is_head) {
    end = head_end(kept_, scan_);
  } else if (const size_t newline = kept_.find('\n'); newline != std::string::npos) {
    end = newline + 1;
  }
  if (!end && kept_.size() < most) return {Status::more, kept_.size() - before};
  if (!end) return is_head ? Fed{Status::not_http, kept_.size() - before} : refuse(0, before);
  mending_ = Mending::nothing;
  std::string whole = std::exchange(kept_, {}).substr(0, *end);
  const size_t used = *end - std::min(before, *end);
  head_end_ = used;
  if (is_head) return {mend_head(whole), used};
  const Status status = mend_chunk_line(whole);
  if (status != Status::not_http) return {status, used};
  kept_ = std::move(whole);
  return refuse(0, before);
}

// Nothing of them is wanted: only where they end.
MessageParser::Fed MessageParser::mend_trailers(Bytes bytes) {
  const std::string_view text =
      as_text(bytes).substr(0, limits_.head_octets - std::min(head_octets_, limits_.head_octets));
  if (text.empty()) return {Status::not_http, 0};
  for (size_t at = 0; at < text.size();) {
    const size_t newline = text.find('\n', at);
    const size_t end = newline == std::string_view::npos ? text.size() : newline + 1;
    kept_ += text.substr(at, std::min(end - at, kMostChunkLine - kept_.size()));
    head_octets_ += end - at;
    at = end;
    if (newline == std::string_view::npos) break;
    const bool is_last = kept_.find_first_not_of("\r\n") == std::string::npos;
    kept_.clear();
    if (!is_last) continue;
    mending_ = Mending::nothing;
    const Status status = begin_chunk(0);
    return {status == Status::more ? run_mended("\r\n").status : status, at};
  }
  return {Status::more, text.size()};
}

// A parser that refused something takes nothing more, so each goes to a new one.
MessageParser::Status MessageParser::mend_head(std::string_view head) {
  std::optional<MendedHead> mended = mended_head(head, is_response_);
  if (!mended) return Status::not_http;
  start();
  own_method_ = std::move(mended->method);
  const Fed fed = run_mended(mended->text);
  own_method_.clear();
  const bool is_whole = fed.used == mended->text.size() && stage_ != Stage::head;
  return fed.status == Status::more && !is_whole ? Status::not_http : fed.status;
}

MessageParser::Status MessageParser::mend_chunk_line(std::string_view line) {
  const std::optional<uint64_t> size = mended_chunk_size(line);
  return size ? begin_chunk(*size) : Status::not_http;
}

MessageParser::Status MessageParser::begin_chunk(uint64_t size) {
  MessageHead head = std::move(head_);
  start();
  is_old_ = true;
  run_mended(is_response_ ? "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                          : "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n");
  is_old_ = false;
  head_ = std::move(head);
  std::array<char, 16> digits;
  char* const end = std::to_chars(digits.data(), digits.data() + digits.size(), size, 16).ptr;
  std::string mended(digits.data(), static_cast<size_t>(end - digits.data()));
  return run_mended(mended.append("\r\n")).status;
}

MessageParser::Fed MessageParser::run_mended(const std::string& text) {
  is_mended_ = true;
  const Fed fed = run(as_bytes(text));
  is_mended_ = false;
  return fed;
}

bool MessageParser::skip(uint64_t length) {
  if (!is_in_body()) return false;
  if (runs_to_end()) {
    events_.on_missing(length);
    return true;
  }
  const bool is_in_content = !head_.is_chunked || is_in_data_;
  if (!is_in_content || length > parser_.content_length) return false;
  // The parser must see the last octet to know that it was the last.
  const bool is_rest = length == parser_.content_length;
  parser_.content_length -= is_rest ? length - 1 : length;
  events_.on_missing(length);
  if (!is_rest) return true;
  static constexpr std::array<uint8_t, 1> kZero{};
  is_unseen_ = true;
  const Fed fed = feed(kZero);
  is_unseen_ = false;
  return fed.status == Status::more;
}

int MessageParser::begin_message() {
  head_ = {};
  head_.is_response = parser_.type == HTTP_RESPONSE;
  head_octets_ = 0;
  field_.clear();
  value_.clear();
  stage_ = Stage::head;
  is_in_data_ = false;
  frame_left_ = 0;
  return 0;
}

// Also of trailers, which count and are not kept.
int MessageParser::add_to(std::string& text, std::string_view more, size_t most) {
  head_octets_ += more.size();
  if (head_octets_ > limits_.head_octets) return kStop;
  // One octet more shows that there were more.
  const size_t room = most + 1 - std::min(text.size(), most + 1);
  text.append(more.substr(0, room));
  return 0;
}

int MessageParser::end_field() {
  cut_text(value_, kObjectText);
  if (stage_ == Stage::head && field_.size() <= kFieldName) keep_field();
  field_.clear();
  value_.clear();
  return 0;
}

void MessageParser::keep_field() {
  for (const KeptField& kept : kKeptFields) {
    if (!equals_ignoring_case(kept.name, field_)) continue;
    std::string& place = head_.*kept.place;
    if (!kept.is_list || place.empty()) {
      place = value_;
    } else if (place.size() + value_.size() < kObjectText) {
      place.append(", ").append(value_);
    }
  }
}

// Good from one field to the next, and not behind the last.
void MessageParser::free_field() {
  free_memory(field_);
  free_memory(value_);
}

int MessageParser::end_head() {
  head_.status = parser_.status_code;
  cut_text(head_.target, kTargetText);
  head_.version.insert(0, "HTTP/");
  // "chunked;" is not a coding to llhttp, but to browsers.
  if (names_chunked(head_.transfer_encoding)) parser_.flags |= F_CHUNKED;
  // Nor is "identity", which would run to the end of the stream.
  if (is_identity(head_.transfer_encoding)) {
    parser_.flags &= static_cast<uint16_t>(~F_TRANSFER_ENCODING);
    head_.transfer_encoding.clear();
  }
  if (!own_method_.empty()) head_.method = std::exchange(own_method_, {});
  head_.is_chunked = (parser_.flags & F_CHUNKED) != 0;
  const bool has_length = (parser_.flags & F_CONTENT_LENGTH) != 0 && parser_.content_length > 0;
  head_.announces_body = head_.is_chunked || has_length || !head_.transfer_encoding.empty();
  stage_ = Stage::body;
  free_memory(kept_);  // to llhttp a CR may end it
  free_field();
  if (is_old_) return kPause;
  const bool is_tunnel = events_.on_head(head_) == BodyRule::tunnel;
  // While the body comes nobody needs its texts.
  const bool is_chunked = head_.is_chunked;
  free_memory(head_);
  head_.is_response = is_response_;
  head_.is_chunked = is_chunked;
  if (is_tunnel) return kTunnel;
  return is_chunked ? kPause : kBodyAsSaid;
}

int MessageParser::take_body(Bytes bytes) {
  const bool is_chunk_whole = head_.is_chunked && parser_.content_length == 0;
  if (is_unseen_ || events_.on_body(bytes)) return is_chunk_whole ? kPause : 0;
  refused_ = bytes.data();
  return kStop;
}

int MessageParser::end_message() {
  stage_ = Stage::between;
  free_field();  // of trailers
  events_.on_message_end();
  return kPause;
}

}  // namespace tcpflow
