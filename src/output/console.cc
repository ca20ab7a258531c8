#include "output/console.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "output/console_consumer.h"
#include "output/console_format.h"

namespace tcpflow {
namespace {

constexpr std::string_view kClientColour = "\033[0;34m";
constexpr std::string_view kOtherColour = "\033[0;31m";
constexpr std::string_view kClientHeadColour = "\033[1;34m";
constexpr std::string_view kOtherHeadColour = "\033[1;31m";
constexpr std::string_view kNoColour = "\033[0m";

void append_body(std::string& out, ConsoleBody kind, Bytes bytes) {
  switch (kind) {
    case ConsoleBody::stripped:
      return append_stripped(out, bytes);
    case ConsoleBody::raw:
      out += as_text(bytes);
      return;
    case ConsoleBody::hex_dump:
      return append_hex_dump(out, bytes);
    case ConsoleBody::json:
      return append_json_payload(out, bytes);
  }
}

}  // namespace

ConsoleOptions console_options(const ConsoleSwitches& switches) {
  ConsoleOptions options;
  options.label = !switches.no_label && !switches.json;
  if (switches.raw) options.body = ConsoleBody::raw;
  if (switches.json) options.body = ConsoleBody::json;
  if (switches.hex_dump) options.body = ConsoleBody::hex_dump;
  return options;
}

void Console::note(Event event) {
  event.at = borrowed_.now;
  events_.push_back(event);
}

FlowScreen* Console::open(const Flow& flow) {
  return latest_ != nullptr && latest_->is_of(flow) ? latest_ : nullptr;
}

void Console::watch(FlowScreen& screen, Direction from) {
  static_cast<ConsoleConsumer&>(screen).watch(from);
}

Bytes Console::keep(std::vector<uint8_t> bytes) { return kept_.emplace_back(std::move(bytes)); }

void Console::forget(const ConsoleConsumer& consumer) {
  if (latest_ == &consumer) latest_ = nullptr;
  std::erase(waiting_, &consumer);
  for (const Direction from : {Direction::originator, Direction::responder}) {
    Named& place = place_of(consumer, from);
    if (place.whose == &consumer) place.whose = nullptr;
  }
  // Only where a run breaks off there are any.
  std::erase_if(events_, [&](const Event& event) { return event.consumer == &consumer; });
}

// Both halves of a consumer have places of their own.
Console::Named& Console::place_of(const ConsoleConsumer& consumer, Direction from) {
  constexpr int kAlike = 5;  // low bits of addresses of what was allocated
  const auto address = reinterpret_cast<uintptr_t>(&consumer);
  return named_[(address >> kAlike << 1 | index_of(from)) & (named_.size() - 1)];
}

const Console::Named& Console::name(const ConsoleConsumer& consumer, const Flow& flow,
                                    Direction from) {
  Named& place = place_of(consumer, from);
  if (place.whose == &consumer) return place;
  place.whose = &consumer;
  place.head.clear();
  const HalfInfo info = flow.half_info(from);
  names_.expand(info, flow.info().session, 0, place.label);
  if (options_.label) place.head.append(place.label).append(": ");
  if (options_.body == ConsoleBody::json) place.head = json_head(info);
  if (options_.label && options_.body == ConsoleBody::hex_dump) place.head += '\n';
  return place;
}

void Console::print(bool is_client, const std::string& head, Bytes bytes) {
  std::string& out = begin_record(is_client);
  out += head;
  append_body(out, options_.body, bytes);
  end_record(out);
}

// Without newlines between records the marker brings its own, so that the bare bytes of a half are
// those of the file that --gap mark writes.
void Console::print_marker(const std::string& head, const std::string& json, const Marked& marked) {
  std::string& out = begin_record(marked.is_client);
  if (options_.body == ConsoleBody::json) {
    out += json;
  } else {
    out += head;
    if (!options_.newline) out += '\n';
    out += gap_marker(marked.missing);
    if (!options_.newline || options_.body == ConsoleBody::hex_dump) out += '\n';
  }
  end_record(out);
}

std::string& Console::begin_record(bool is_client) {
  std::string& out = borrowed_.records.text();
  if (options_.colour) out += is_client ? kClientColour : kOtherColour;
  return out;
}

Joint Console::begin_part(const MessagePart& part, const std::string& lead) {
  std::string& out = borrowed_.records.text();
  const std::string_view client = part.is_head ? kClientHeadColour : kClientColour;
  const std::string_view other = part.is_head ? kOtherHeadColour : kOtherColour;
  if (options_.colour) out += part.is_client ? client : other;
  Joint joint{this, part.message, out.size() - borrowed_.records.record_begin()};
  joint.glue = part.glue.size();
  joint.lead = lead.size();
  joint.has_newline = options_.newline;
  out.append(part.glue).append(lead);
  return joint;
}

void Console::append(Bytes bytes) { append_body(borrowed_.records.text(), options_.body, bytes); }
void Console::append(std::string_view text) { borrowed_.records.text() += text; }

void Console::end_part(const Joint& joint) {
  if (options_.colour && !joint.is_last) borrowed_.records.text() += kNoColour;
  borrowed_.records.end_record(borrowed_.now, joint);
}

void Console::end_message(uint64_t message) {
  Joint joint;
  joint.console = this;
  joint.message = message;
  joint.is_last = true;
  end_part(joint);
}

void Console::end_record(std::string& out) {
  if (options_.colour) out += kNoColour;
  if (options_.newline) out += '\n';
  borrowed_.records.end_record(borrowed_.now);
}

std::unique_ptr<StreamConsumer> Console::create() {
  return std::make_unique<ConsoleConsumer>(*this);
}

void Console::on_batch_taken() {
  if (events_.empty()) return;
  const Moment now = borrowed_.now;
  std::vector<Event> events = std::move(events_);
  events_.clear();
  for (const Event& event : events) {
    borrowed_.now = event.at;
    event.consumer->play(event);
  }
  borrowed_.now = now;
  events.clear();
  events_ = std::move(events);  // its room is used again
  kept_.clear();
}

void Console::on_batch_end(bool /*idle*/) {
  on_batch_taken();
  for (ConsoleConsumer* const consumer : waiting_) consumer->keep_unread();
  waiting_.clear();
}

}  // namespace tcpflow
