// -c and -C: streams on standard output, record by record.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/moment.h"
#include "flow/consumer.h"
#include "flow/message_screen.h"
#include "output/console_lane.h"
#include "output/file_events.h"
#include "output/file_name.h"

namespace tcpflow {

// How a payload is shown.
enum class ConsoleBody : uint8_t {
  stripped,  // unprintable bytes as dots (default, -s)
  raw,       // -B
  hex_dump,  // -D; wins over all others
  json,      // -J
};

struct ConsoleOptions {
  static constexpr uint64_t kNoLimit = UINT64_MAX;

  ConsoleBody body = ConsoleBody::stripped;
  bool label = true;            // -c; false with -C and -J
  bool newline = true;          // false with -0
  bool colour = false;          // -g
  uint64_t limit = kNoLimit;    // -b: bytes printed per half
  GapForm gap = GapForm::skip;  // --gap
  size_t held = SIZE_MAX;       // OutputLimits::screen_held
};

// What the letters of the command line come to. `json` takes the label away also where -D shows the
// bytes.
struct ConsoleSwitches {
  bool no_label = false;  // -C
  bool raw = false;       // -B
  bool hex_dump = false;  // -D
  bool json = false;      // -J
};
ConsoleOptions console_options(const ConsoleSwitches& switches);

class ConsoleConsumer;

// Makes of each call of on_bytes one record: in-order bytes, each once. A gap that shows is a
// record of its own. What came is put into words when the batch ends, since labels may need numbers
// that are known only then. What a scanner reads as messages is printed as they are: see
// MessageScreen. One per thread that has flows, used on that thread; outlives its consumers.
class Console : public ConsumerFactory, public BatchListener, public MessageScreen {
 public:
  // The most zeros that are printed for a gap; a longer one is marked.
  static constexpr uint64_t kMostZeros = uint64_t{1} << 20;

  // What it borrows; `events` may be null and is told of each label whose half ended. `now`: what
  // is being done, as the shard says; while records are made this says what they are made of.
  struct Borrowed {
    ConsoleLane& records;
    Moment& now;
    FileEvents* events = nullptr;
  };

  Console(NameTemplate names, const ConsoleOptions& options, const Borrowed& borrowed)
      : names_(std::move(names)), options_(options), borrowed_(borrowed) {}

  std::unique_ptr<StreamConsumer> create() override;
  void on_batch_taken() override;
  void on_batch_end(bool idle) override;
  FlowScreen* open(const Flow& flow) override;
  void watch(FlowScreen& screen, Direction from) override;
  // Heads that were printed in pieces, for a limit.
  uint64_t heads_cut() const { return heads_cut_; }

 private:
  friend class ConsoleConsumer;
  // What came of a half, in order.
  struct Event {
    enum class Kind : uint8_t { bytes, gap, end, message, head, text, text_gap, note, message_end };
    Moment at;
    ConsoleConsumer* consumer;
    Bytes bytes;          // good until the batch ends
    uint64_t length = 0;  // of a gap; of a head: 0 if this is the last of it
    Direction from;
    Kind kind;
  };

  // What a half is called, as long as no other needs the place: names are made again, for a
  // million of them would take as much as their connections.
  struct Named {
    const ConsoleConsumer* whose = nullptr;
    std::string label;  // the name of the file there would be
    std::string head;   // what stands in front of each payload
  };
  static constexpr size_t kNamed = 2048;

  Named& place_of(const ConsoleConsumer& consumer, Direction from);
  const Named& name(const ConsoleConsumer& consumer, const Flow& flow, Direction from);
  void note(Event event);
  void forget(const ConsoleConsumer& consumer);
  void print(bool is_client, const std::string& head, Bytes bytes);
  // A gap that shows.
  struct Marked {
    bool is_client;
    uint64_t missing;
  };
  void print_marker(const std::string& head, const std::string& json, const Marked& marked);
  std::string& begin_record(bool is_client);
  void end_record(std::string& out);
  // A record that is a part of a message.
  struct MessagePart {
    bool is_client;
    bool is_head;
    uint64_t message;
    std::string_view glue;  // stands before it if the message goes on with it
  };
  Joint begin_part(const MessagePart& part, const std::string& lead);
  void append(Bytes bytes);
  void append(std::string_view text);
  void end_part(const Joint& joint);
  void end_message(uint64_t message);
  // Good until events were played.
  Bytes keep(std::vector<uint8_t> bytes);

  NameTemplate names_;
  ConsoleOptions options_;
  Borrowed borrowed_;
  std::vector<Event> events_;              // of this batch
  std::deque<std::vector<uint8_t>> kept_;  // bytes of events that are not the batch's
  ConsoleConsumer* latest_ = nullptr;      // the last that was made, while it lives
  std::vector<ConsoleConsumer*> waiting_;  // which have octets of this batch that wait
  size_t held_ = 0;                        // octets that wait, of all
  uint64_t heads_cut_ = 0;
  uint64_t messages_ = 0;
  std::vector<Named> named_{kNamed};
};

}  // namespace tcpflow
