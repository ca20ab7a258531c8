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

void Console::print(const HalfInfo& half, const std::string& head, Bytes bytes) {
  if (!borrowed_.writer.is_open()) return;
  std::string& out = begin_record(half);
  out += head;
  append_body(out, options_.body, bytes);
  end_record(out);
}

// Without newlines between records the marker brings its own, so that the bare bytes of a half are
// those of the file that --gap mark writes.
void Console::print_marker(const HalfInfo& half, const std::string& head, uint64_t missing) {
  if (!borrowed_.writer.is_open()) return;
  std::string& out = begin_record(half);
  if (options_.body == ConsoleBody::json) {
    out += json_gap(half, missing);
  } else {
    out += head;
    if (!options_.newline) out += '\n';
    out += gap_marker(missing);
    if (!options_.newline || options_.body == ConsoleBody::hex_dump) out += '\n';
  }
  end_record(out);
}

std::string& Console::begin_record(const HalfInfo& half) {
  std::string& out = borrowed_.writer.record();
  if (options_.colour) out += half.role == Role::client ? kClientColour : kOtherColour;
  return out;
}

void Console::end_record(std::string& out) {
  if (options_.colour) out += kNoColour;
  if (options_.newline) out += '\n';
  borrowed_.writer.end_record();
}

// One flow on the console.
class ConsoleConsumer : public StreamConsumer {
 public:
  explicit ConsoleConsumer(Console& console) : console_(console) {}

  void on_start(const FlowInfo& flow) override { session_ = flow.session; }
  void on_half_start(Direction from, const HalfInfo& half) override { of(from).info = half; }
  void on_bytes(Direction from, uint64_t, Bytes bytes, PacketRef) override {
    Half& half = of(from);
    if (half.zeros_due != 0) {
      const std::vector<uint8_t> zeros(static_cast<size_t>(std::exchange(half.zeros_due, 0)));
      print(half, zeros);
    }
    print(half, bytes);
  }
  // As in a file, zeros are there only if a byte follows them.
  void on_gap(Direction from, uint64_t, uint64_t length, GapReason) override {
    Half& half = of(from);
    const GapForm form = console_.options_.gap;
    if (form == GapForm::skip || half.printed >= console_.options_.limit) return;
    if (form == GapForm::zero && length <= Console::kMostZeros - half.zeros_due) {
      half.zeros_due += length;
      return;
    }
    name(half);
    console_.print_marker(half.info, half.head, length + std::exchange(half.zeros_due, 0));
  }
  void on_half_end(Direction from, HalfEnd) override {
    FileEvents* const events = console_.borrowed_.events;
    if (events != nullptr && of(from).is_named) events->on_file_closed(of(from).label);
  }
  void on_end(FlowEnd, FlowRecord& record) override {
    for (const Direction from : {Direction::originator, Direction::responder}) {
      if (!of(from).is_named) continue;
      record.half(from).output.file_name = of(from).label;
      record.half(from).output.file_size = of(from).printed;
    }
  }

 private:
  struct Half {
    HalfInfo info;
    std::string label;  // the name of the file there would be
    std::string head;   // what stands in front of each payload
    uint64_t printed = 0;
    uint64_t zeros_due = 0;  // of a gap that was just passed
    bool is_named = false;
  };
  Half& of(Direction from) { return halves_[index_of(from)]; }

  void print(Half& half, Bytes bytes) {
    const uint64_t room = console_.options_.limit - half.printed;
    bytes = bytes.first(static_cast<size_t>(std::min<uint64_t>(room, bytes.size())));
    if (bytes.empty()) return;
    name(half);
    half.printed += bytes.size();
    console_.print(half.info, half.head, bytes);
  }

  // Settles what every record of the half begins with; a half that prints nothing has no name.
  void name(Half& half) {
    if (half.is_named) return;
    half.is_named = true;
    const ConsoleOptions& options = console_.options_;
    console_.names_.expand(half.info, session_, 0, half.label);
    if (options.label) half.head = half.label + ": ";
    if (options.body == ConsoleBody::json) half.head = json_head(half.info);
    if (options.label && options.body == ConsoleBody::hex_dump) half.head += '\n';
  }

  Console& console_;
  uint64_t session_ = 0;
  std::array<Half, 2> halves_;
};

std::unique_ptr<StreamConsumer> Console::create() {
  return std::make_unique<ConsoleConsumer>(*this);
}

}  // namespace tcpflow
