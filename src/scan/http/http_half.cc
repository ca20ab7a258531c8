#include "scan/http/http_half.h"

#include <algorithm>
#include <utility>

#include "base/code_point.h"
#include "scan/http/header_value.h"
#include "scan/http/http_exchanges.h"
#include "scan/http/media_type.h"
#include "scan/http/safe_name.h"

namespace tcpflow {
namespace {

constexpr unsigned kSwitchingProtocols = 101;
constexpr unsigned kNoContent = 204;
constexpr unsigned kNotModified = 304;

bool is_success(unsigned status) { return status / 100 == 2; }

constexpr std::string_view kResponse = "HTTP/1.";

std::string request_line(const MessageHead& head) {
  std::string line = head.method;
  line.append(" ").append(head.target).append(" ").append(head.version);
  cut_text(line, kTargetText);
  return line;
}

// Codings that a list names; those that are not known leave the body as it is.
bool add_codings(std::string_view value, std::vector<ContentCoding>& codings) {
  constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-";
  for (const std::string_view element : list_of(value)) {
    const std::string_view name = element.substr(0, element.find_first_not_of(kLetters));
    if (equals_ignoring_case(name, "identity") || equals_ignoring_case(name, "chunked")) continue;
    const std::optional<ContentCoding> coding = content_coding_of(name);
    if (!coding) return false;
    codings.push_back(*coding);
  }
  return true;
}

// None where one is not known.
std::vector<ContentCoding> codings_in(std::string_view value) {
  std::vector<ContentCoding> codings;
  return add_codings(value, codings) ? codings : std::vector<ContentCoding>{};
}

// Those of Transfer-Encoding are undone first: what is within is another matter.
std::vector<ContentCoding> codings_of(const MessageHead& head, bool keeps_packed) {
  std::vector<ContentCoding> outer;
  if (!add_codings(head.transfer_encoding, outer)) return {};
  std::vector<ContentCoding> codings;
  if (!keeps_packed) codings = codings_in(head.content_encoding);
  codings.insert(codings.end(), outer.begin(), outer.end());
  return codings;
}

// A coding that is left on a body, by its name.
std::string_view left_packed(const MessageHead& head, size_t undone, bool keeps_packed) {
  std::vector<ContentCoding> known;
  if (undone > 0 && !keeps_packed && add_codings(head.content_encoding, known)) return {};
  for (const std::string* value : {&head.content_encoding, &head.transfer_encoding}) {
    for (const std::string_view name : list_of(*value)) {
      const std::string_view word = name.substr(0, name.find_first_of("; \t"));
      if (equals_ignoring_case(word, "identity") || equals_ignoring_case(word, "chunked")) continue;
      return word;
    }
    if (undone > 0) break;
  }
  return {};
}

// The boundary of a request's body in parts; those of responses are one object.
std::string boundary_of(const MessageHead& head) {
  constexpr std::string_view kMultipart = "multipart/";
  const bool has_parts = equals_ignoring_case(
      std::string_view(head.content_type).substr(0, kMultipart.size()), kMultipart);
  return has_parts && !head.is_response ? parameter_of(head.content_type, "boundary") : "";
}

// A name that a user would know it by.
std::string own_name(const MessageHead& head, const HttpRequest* request) {
  const std::string given = safe_file_name(file_name_of(head.content_disposition));
  if (!given.empty() || request == nullptr) return given;
  return name_from_url(request->target);
}

}  // namespace

HttpHalf::HttpHalf(const Parts& parts, bool from_syn)
    : parts_(parts),
      list_(parts.shared),
      waiting_(&parts.shared.heads),
      seeker_(std::in_place, !from_syn),
      from_syn_(from_syn) {
  if (!from_syn) parts_.pair.is_whole = false;
  if (parts.screen != nullptr) {
    show_ = std::make_unique<HttpShow>(*parts.screen, parts.from, parts.shared);
  }
}

// True: nothing that comes is looked at.
bool HttpHalf::is_over() const {
  if (parts_.pair.is_tunnel && body_ == nullptr) return true;
  return !parts_.pair.is_http && from_syn_ && sought_ >= parts_.shared.options.limits.seek;
}

void HttpHalf::add(Bytes bytes, uint64_t offset, Timestamp time) {
  if (is_cut_) return;
  if (show_) show_->arrive(offset, bytes.size());
  const uint64_t limit = parts_.shared.options.byte_limit;
  const uint64_t room = limit - std::min(offset, limit);
  const bool is_too_much = bytes.size() > room;
  if (is_too_much) bytes = bytes.first(static_cast<size_t>(room));
  now_ = time;
  wake();
  while (!bytes.empty() && !is_over()) {
    fed_offset_ = offset;
    const size_t used = parser_ ? read(bytes) : seek(bytes);
    bytes = bytes.subspan(used);
    offset += used;
  }
  count_waiting();
  if (show_ && is_over()) show_->rest_raw();
  if (is_too_much) cut();
}

// One that is large stays so with its segments, so it is enough to look behind each.
void HttpHalf::count_waiting() {
  const auto waiting = [&] {
    return (seeker_ ? seeker_->carried().size() : 0) + (parser_ ? parser_->waiting() : 0) +
           long_texts_;
  };
  if (waiting_.set(waiting())) return;
  ++parts_.shared.counters.heads_lost;
  give_up_head();
  waiting_.set(waiting());
}

// As one that is too long.
void HttpHalf::give_up_head() {
  if (bare_end_) return tell_held();
  const bool was_in_body = parser_ && parser_->is_in_body();
  end_body(ObjectEnd::malformed);
  show_rest(was_in_body);
  begin_seeking();
}

void HttpHalf::complete() {
  if (!parser_ || !parser_->is_at_rest() || body_) return;  // there may be a bare body
  rests_ = true;
  rested_in_responses_ = parser_->reads_responses();
  parser_.reset();
}

void HttpHalf::wake() {
  if (std::exchange(rests_, false)) begin_messages(rested_in_responses_);
}

void HttpHalf::cut() {
  if (std::exchange(is_cut_, true)) return;
  end_body(ObjectEnd::limit);
  if (show_) show_->release();
  parser_.reset();
  seeker_.reset();
  count_waiting();
}

// A server's first octets, to a request that was seen: they are the response whatever they look
// like. What does not even begin like one is a body and nothing else, as in HTTP/0.9.
bool HttpHalf::begin_response() {
  const HttpRequest* const request = parts_.pair.requests.next();
  const bool is_first = from_syn_ && sought_ == 0 && count_ == 0 && !is_answer_;
  if (!is_first || request == nullptr) return false;
  begin_messages(true);
  is_answer_ = true;
  return true;
}

// A body without a head: all that comes, or if it is malformed all up to the next message.
void HttpHalf::begin_bare_body(ObjectEnd why) {
  ++count_;
  list_.tell();
  if (show_) show_->no_head();
  MessageHead head;
  head.is_response = true;
  begin_body(head, parts_.pair.requests.next());
  begin_exchange(head);
  bare_end_ = why;
  if (why == ObjectEnd::malformed) seeker_.emplace(true);
}

size_t HttpHalf::read_bare_body(Bytes bytes) {
  if (!seeker_) {
    take(bytes, fed_offset_, now_);
    return bytes.size();
  }
  std::string text(seeker_->carried());
  const size_t before = text.size();
  const std::optional<StartLineSeeker::Found> found = seeker_->add(bytes);
  const size_t used = found ? found->at : bytes.size();
  const size_t left = found ? found->carried : seeker_->carried().size();
  text.append(as_text(bytes.first(used)));
  take(as_bytes(text).first(text.size() - left), fed_offset_ - before, now_);
  held_offset_ = fed_offset_ + used - left;
  if (!found) return used;
  bare_end_.reset();
  const std::string carried(seeker_->carried());
  seeker_.reset();
  end_body(ObjectEnd::malformed);
  begin_messages(found->is_response);
  read_carried(std::string_view(carried).substr(carried.size() - left), held_offset_);
  return used;
}

size_t HttpHalf::seek(Bytes bytes) {
  if (begin_response()) return 0;
  const uint64_t most = parts_.shared.options.limits.seek;
  if (!parts_.pair.is_http && from_syn_ && sought_ < most) {
    bytes = bytes.first(static_cast<size_t>(std::min<uint64_t>(bytes.size(), most - sought_)));
  }
  const std::optional<StartLineSeeker::Found> found = seeker_->add(bytes);
  sought_ += found ? found->at : bytes.size();
  if (found) sought_ -= std::min<uint64_t>(sought_, found->carried);  // looked at again if refused
  if (found) return begin_found(*found);
  if (show_) show_->raw_upto(fed_offset_ + bytes.size() - seeker_->undecided());
  return bytes.size();
}

// Returns how many octets of the piece come before the message.
size_t HttpHalf::begin_found(const StartLineSeeker::Found& found) {
  const std::string carried(seeker_->carried());
  const uint64_t begin = fed_offset_ + found.at - found.carried;
  if (show_) show_->raw_upto(begin);
  begin_messages(found.is_response);
  read_carried(std::string_view(carried).substr(carried.size() - found.carried), begin);
  return found.at;
}

// The beginning of a head, which came in earlier pieces.
void HttpHalf::read_carried(std::string_view carried, uint64_t offset) {
  const uint64_t here = fed_offset_;
  for (Bytes rest = as_bytes(carried); !rest.empty();) {
    fed_offset_ = offset;
    const size_t used = parser_ ? read(rest) : seek(rest);
    offset += used;
    rest = rest.subspan(used);
  }
  fed_offset_ = here;
}

// What the parser is fed at once. For a screen a head goes line by line: then its end is known.
Bytes HttpHalf::next_step(Bytes bytes) const {
  if (!show_ || parser_->is_in_body()) return bytes;
  if (is_behind_cr_) return bytes.first(1);
  const size_t end = as_text(bytes).find_first_of("\r\n");
  if (end == std::string_view::npos) return bytes;
  const size_t length = end + (bytes[end] == '\r' ? 2 : 1);
  return bytes.first(std::min(length, bytes.size()));
}

size_t HttpHalf::read(Bytes bytes) {
  if (bare_end_) return read_bare_body(bytes);
  fed_ = bytes.data();
  fed_used_ = 0;
  while (true) {
    if (parser_->is_between()) message_time_ = now_;
    const Bytes step = next_step(bytes.subspan(fed_used_));
    if (show_) is_behind_cr_ = step.back() == '\r';
    const MessageParser::Fed fed = parser_->feed(step);
    const size_t used = fed_used_ += fed.used;
    if (fed.status == MessageParser::Status::tunnel) {
      // What a request asks for its response decides; until then it goes on with HTTP.
      if (!parts_.pair.is_tunnel) begin_seeking();
      return used;
    }
    if (fed.status == MessageParser::Status::not_http) return refuse(used, bytes);
    if (show_ && parser_->is_between()) show_->body_upto(fed_offset_ + used);
    const bool goes_on = fed.used == step.size() && used < bytes.size();
    if (!goes_on || parser_->is_between()) return used;
  }
}

// What is read is no message from `used` on.
size_t HttpHalf::refuse(size_t used, Bytes bytes) {
  std::string before = parser_->take_refused();
  if (held_ > 0) before = kResponse.substr(0, std::exchange(held_, 0));
  const uint64_t place = fed_offset_ + used - before.size();
  const bool is_stuck = place == refused_at_ && before.empty() && used < bytes.size();
  refused_at_ = place;
  const bool is_answer = is_answer_ && count_ == 0;
  // Nobody asked in HTTP/1, as with a "GET /" of HTTP/0.9: all that a server sends is the answer.
  const bool is_excess = parser_->reads_responses() && from_syn_ && !parts_.pair.has_requests;
  if (parser_->is_between() && (is_answer || is_excess)) {
    begin_bare_body(is_answer ? ObjectEnd::complete : ObjectEnd::malformed);
    const uint64_t offset = std::exchange(fed_offset_, place);
    read_bare_body(as_bytes(before));
    fed_offset_ = offset;
    return used;
  }
  end_body(ObjectEnd::malformed);
  if (show_ && parser_->is_in_body()) show_->body_upto(place);
  begin_seeking();
  read_carried(before, place);
  if (show_ && seeker_) show_->raw_upto(fed_offset_ + used - seeker_->undecided());
  // At the same place a second time: what looks like a message there is none.
  return used + is_stuck;
}

void HttpHalf::begin_messages(bool is_response) {
  seeker_.reset();
  MessageEvents& events = *this;
  parser_ = std::make_unique<MessageParser>(is_response, events, parts_.shared.options.limits);
}

void HttpHalf::begin_seeking() {
  parts_.pair.is_whole = false;
  parser_.reset();
  seeker_.emplace(true);
}

void HttpHalf::skip(uint64_t length, uint64_t offset) {
  if (is_cut_) return;
  wake();
  if (offset >= parts_.shared.options.byte_limit) return cut();
  fed_offset_ = offset;
  if (bare_end_) {
    tell_held();
    return on_missing(length);
  }
  if (parser_ && parser_->skip(length)) return;
  const bool was_in_body = parser_ && parser_->is_in_body();
  end_body(ObjectEnd::gap);
  show_rest(was_in_body);
  tell_unanswered(parts_.shared, parts_.pair);
  sought_ = std::max<uint64_t>(sought_, 1);  // what comes is not what was sent first
  begin_seeking();
  count_waiting();
}

// Nothing more is told of what came.
void HttpHalf::show_rest(bool is_body) {
  if (!show_ || is_cut_) return;
  if (is_body) show_->rest_body();
  show_->rest_raw();
}

BodyRule HttpHalf::on_head(const MessageHead& head) {
  if (show_) show_->head_upto(fed_offset_ + fed_used_ + parser_->head_upto());
  ++count_;
  parts_.pair.is_http = true;
  return head.is_response ? on_response(head) : on_request(head);
}

BodyRule HttpHalf::on_request(const MessageHead& head) {
  parts_.pair.has_requests = true;
  parts_.pair.client = parts_.from;
  HttpRequest request;
  request.time = message_time_;
  request.line = request_line(head);
  request.host = head.host;
  request.target = head.target;
  request.is_head = head.method == "HEAD";
  request.is_connect = head.method == "CONNECT";
  if (head.announces_body || show_) begin_body(head, &request);
  const bool waits = parts_.pair.requests.add(request, now_, parts_.pair.is_whole);
  const bool is_told = parts_.shared.exchanges != nullptr && parts_.pair.flow != nullptr;
  // Its response was told of already, without it.
  if (!waits && is_told) {
    parts_.shared.exchanges->on_exchange(*parts_.pair.flow,
                                         exchange_of_request(parts_.pair, request));
  }
  return BodyRule::as_said;
}

BodyRule HttpHalf::on_response(const MessageHead& head) {
  list_.tell();
  const HttpRequest* const request = parts_.pair.requests.next();
  const bool switches = head.status == kSwitchingProtocols && !head.upgrade.empty();
  const bool opens_tunnel = request != nullptr && request->is_connect && is_success(head.status);
  const bool is_interim = head.status / 100 == 1 && head.status != kSwitchingProtocols;
  const bool is_bare = is_interim || head.status == kNoContent || head.status == kNotModified ||
                       (request != nullptr && request->is_head);
  // Among chunks no message can be taken for a body.
  in_doubt_ = (request == nullptr || is_bare) && !head.is_chunked;
  if (switches) parts_.pair.is_tunnel = true;
  if (!switches && !opens_tunnel) {
    begin_body(head, request);
  } else if (show_) {
    show_->end_message();
  }
  if (!is_interim) begin_exchange(head);
  // If a body follows one that should have none it is an object all the same.
  if (switches || opens_tunnel || is_bare) tell_exchange(ObjectEnd::complete);
  return switches || opens_tunnel ? BodyRule::tunnel : BodyRule::as_said;
}

// The next request is answered.
void HttpHalf::begin_exchange(const MessageHead& head) {
  RequestQueue& requests = parts_.pair.requests;
  if (parts_.shared.exchanges != nullptr) {
    parts_.pair.client = opposite(parts_.from);
    exchange_ = std::make_unique<HttpExchange>(exchange_of(parts_.pair, head, requests.next()));
    exchange_->response_time = message_time_;
    exchange_->response_end = now_;
  }
  requests.done(now_);
}

void HttpHalf::tell_exchange(ObjectEnd why) {
  const std::unique_ptr<HttpExchange> exchange = std::move(exchange_);
  if (!exchange) return;
  exchange->end = body_ ? body_->how_it_ended() : why;
  if (body_) exchange->response_wire = body_->wire_size();
  if (body_) exchange->response_size = body_->size();
  parts_.shared.exchanges->on_exchange(*parts_.pair.flow, *exchange);
}

void HttpHalf::begin_body(const MessageHead& head, const HttpRequest* request) {
  const HttpOptions& options = parts_.shared.options;
  BodyForm form;
  form.codings = codings_of(head, options.keeps_packed);
  form.boundary = boundary_of(head);
  form.stem.append("-HTTPBODY").append(dashed_number(count_));
  ObjectRecord about;
  about.suffix = form.stem;
  const std::string name = options.has_own_names ? own_name(head, request) : "";
  if (!name.empty()) about.suffix.append("-").append(name);
  const std::string_view extension = extension_of(head.content_type);
  if (name.empty() && !extension.empty()) about.suffix.append(".").append(extension);
  about.start = now_;
  about.status = head.status;
  about.declared_type = head.content_type;
  about.coding = head.content_encoding;
  if (request != nullptr) {
    about.start_line = request->line;
    about.host = request->host;
    // The object and the exchange have them; what is usual does not count.
    if (request->line.size() > kObjectText) long_texts_ = 2 * request->line.size();
  }
  const HttpObject::Place place{parts_.shared, list_, parts_.objects, parts_.from, show_.get()};
  if (show_) {
    const size_t undone = form.codings.size();
    show_->begin_body(head.content_type, left_packed(head, undone, options.keeps_packed));
  }
  body_ = std::make_unique<HttpBody>(place, std::move(form), std::move(about));
}

bool HttpHalf::on_body(Bytes bytes) {
  const uint64_t offset = fed_offset_ + static_cast<uint64_t>(bytes.data() - fed_);
  const std::string_view rest = kResponse.substr(held_);
  const std::string_view text = as_text(bytes).substr(0, rest.size());
  const bool may_be_message = in_doubt_ && rest.starts_with(text);
  if (!may_be_message) {
    tell_held();
    take(bytes, offset, now_);
    return true;
  }
  if (text == rest) {
    in_doubt_ = false;
    close_body(ObjectEnd::complete);
    return false;
  }
  if (held_ == 0) {
    held_offset_ = offset;
    held_time_ = now_;
  }
  held_ += text.size();
  return true;
}

void HttpHalf::take(Bytes bytes, uint64_t offset, Timestamp time) {
  if (show_ && !bytes.empty()) show_->body_upto(offset + bytes.size());
  if (!body_ || bytes.empty()) return;
  list_.tell();
  const bool is_request = parser_ && !parser_->reads_responses();
  if (is_request) parts_.pair.requests.add_to_body(bytes.size());
  if (exchange_) exchange_->response_end = time;
  body_->add(bytes, offset, time);
}

// What was held back is of the body.
void HttpHalf::tell_held() {
  in_doubt_ = false;
  const size_t held = std::exchange(held_, 0);
  take(as_bytes(kResponse.substr(0, held)), held_offset_, held_time_);
  if (!bare_end_ || !seeker_) return;
  const std::string carried(seeker_->carried());
  seeker_.emplace(true);
  take(as_bytes(carried), held_offset_, now_);
}

void HttpHalf::on_missing(uint64_t length) {
  tell_held();
  if (show_) show_->gap();
  if (body_) body_->skip(length, fed_offset_);
}

void HttpHalf::on_message_end() {
  if (exchange_) exchange_->response_end = now_;
  end_body(ObjectEnd::complete);
}

void HttpHalf::end_body(ObjectEnd why) {
  tell_held();
  close_body(why);
}

void HttpHalf::close_body(ObjectEnd why) {
  if (body_) body_->end(why);
  tell_exchange(why);
  body_.reset();
  long_texts_ = 0;
}

// How an object ends that is under way when its half ends.
ObjectEnd HttpHalf::object_end(HalfEnd why) const {
  if (bare_end_ && why == HalfEnd::fin) return *bare_end_;
  const bool is_whole = parser_ && parser_->runs_to_end();
  switch (why) {
    case HalfEnd::fin:
      return is_whole ? ObjectEnd::complete : ObjectEnd::open;
    case HalfEnd::reset:
      return ObjectEnd::reset;
    case HalfEnd::fin_gap:
      return ObjectEnd::gap;
    case HalfEnd::open:
    case HalfEnd::jump:
      break;
  }
  return ObjectEnd::open;
}

void HttpHalf::end(HalfEnd why) {
  if (std::exchange(has_ended_, true)) return;
  const bool was_in_body = bare_end_.has_value() || (parser_ && parser_->is_in_body());
  end_body(object_end(why));
  show_rest(was_in_body);
  parser_.reset();
  seeker_.reset();
  count_waiting();
}

}  // namespace tcpflow
