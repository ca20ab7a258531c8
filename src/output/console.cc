#include "output/console.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "output/console_format.h"

namespace tcpflow {
namespace {

constexpr std::string_view kClientColour = "\033[0;34m";
constexpr std::string_view kOtherColour = "\033[0;31m";
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

void Console::forget(const ConsoleConsumer& consumer) {
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

void Console::end_record(std::string& out) {
  if (options_.colour) out += kNoColour;
  if (options_.newline) out += '\n';
  borrowed_.records.end_record(borrowed_.now);
}

// One flow on the console.
class ConsoleConsumer : public StreamConsumer {
 public:
  explicit ConsoleConsumer(Console& console) : console_(console) {}
  ~ConsoleConsumer() override { console_.forget(*this); }

  void on_start(const Flow& flow) override { flow_ = &flow; }
  void on_half_start(Direction from, const HalfInfo& half) override {
    of(from).is_client = half.role == Role::client;
  }
  void on_bytes(Direction from, uint64_t, Bytes bytes, PacketRef) override {
    console_.note({{}, this, bytes, 0, from, Console::Event::Kind::bytes});
  }
  void on_gap(Direction from, uint64_t, uint64_t length, GapReason) override {
    console_.note({{}, this, {}, length, from, Console::Event::Kind::gap});
  }
  void on_half_end(Direction from, HalfEnd) override {
    if (console_.borrowed_.events == nullptr) return;
    console_.note({{}, this, {}, 0, from, Console::Event::Kind::end});
  }
  void on_end(FlowEnd, FlowRecord& record) override {
    console_.on_batch_taken();
    for (const Direction from : {Direction::originator, Direction::responder}) {
      if (!of(from).is_named) continue;
      record.half(from).output.file_name = name(from).label;
      record.half(from).output.file_size = of(from).printed;
    }
  }

  void play(const Console::Event& event) {
    switch (event.kind) {
      case Console::Event::Kind::bytes:
        return print_bytes(event.from, event.bytes);
      case Console::Event::Kind::gap:
        return print_gap(event.from, event.length);
      case Console::Event::Kind::end:
        if (of(event.from).is_named) {
          console_.borrowed_.events->on_file_closed(name(event.from).label);
        }
    }
  }

 private:
  // A million of them may be open.
  struct Half {
    uint64_t printed = 0;
    uint32_t zeros_due = 0;  // of a gap that was just passed; kMostZeros at most
    bool is_client = false;
    bool is_named = false;  // something of it was printed
  };
  Half& of(Direction from) { return halves_[index_of(from)]; }

  void print_bytes(Direction from, Bytes bytes) {
    Half& half = of(from);
    if (half.zeros_due != 0) {
      const std::vector<uint8_t> zeros(static_cast<size_t>(std::exchange(half.zeros_due, 0u)));
      print(from, zeros);
    }
    print(from, bytes);
  }

  // As in a file, zeros are there only if a byte follows them.
  void print_gap(Direction from, uint64_t length) {
    Half& half = of(from);
    const GapForm form = console_.options_.gap;
    if (form == GapForm::skip || half.printed >= console_.options_.limit) return;
    if (form == GapForm::zero && length <= Console::kMostZeros - half.zeros_due) {
      half.zeros_due += static_cast<uint32_t>(length);
      return;
    }
    half.is_named = true;
    const uint64_t missing = length + std::exchange(half.zeros_due, 0u);
    const bool is_json = console_.options_.body == ConsoleBody::json;
    console_.print_marker(head(from), is_json ? json_gap(flow_->half_info(from), missing) : "",
                          {half.is_client, missing});
  }

  void print(Direction from, Bytes bytes) {
    Half& half = of(from);
    const uint64_t room = console_.options_.limit - half.printed;
    bytes = bytes.first(static_cast<size_t>(std::min<uint64_t>(room, bytes.size())));
    if (bytes.empty()) return;
    half.is_named = true;
    half.printed += bytes.size();
    console_.print(half.is_client, head(from), bytes);
  }

  const Console::Named& name(Direction from) { return console_.name(*this, *flow_, from); }
  const std::string& head(Direction from) {
    static const std::string none;
    const ConsoleOptions& options = console_.options_;
    const bool has_head = options.label || options.body == ConsoleBody::json;
    return has_head ? name(from).head : none;
  }

  Console& console_;
  const Flow* flow_ = nullptr;
  std::array<Half, 2> halves_;
};

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
}

}  // namespace tcpflow
