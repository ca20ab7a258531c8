// One flow on the console.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <string_view>

#include "output/console.h"
#include "output/unread_stream.h"

namespace tcpflow {

// Made by a Console, which outlives it; owned by its flow, on its thread. What comes is noted, and
// printed when the console plays the events of the batch.
class ConsoleConsumer : public StreamConsumer, public FlowScreen {
 public:
  explicit ConsoleConsumer(Console& console) : console_(console) {}
  ~ConsoleConsumer() override;
  ConsoleConsumer(const ConsoleConsumer&) = delete;
  ConsoleConsumer& operator=(const ConsoleConsumer&) = delete;

  void on_start(const Flow& flow) override {
    flow_ = &flow;
    console_.latest_ = this;
  }
  void on_half_start(Direction from, const HalfInfo& half) override {
    of(from).is_client = half.role == Role::client;
  }
  void on_bytes(Direction from, uint64_t offset, Bytes bytes, PacketRef packet) override;
  void on_gap(Direction from, uint64_t offset, uint64_t length, GapReason why) override;
  void on_half_end(Direction from, HalfEnd why) override;
  void on_end(FlowEnd why, FlowRecord& record) override;

  void show(Direction from, uint64_t upto) override;
  void show_head(Direction from, uint64_t upto) override;
  void pass(Direction from, uint64_t upto) override;
  void pass_gap(Direction from, bool is_in_text) override;
  void show_text(Direction from, Bytes text) override;
  void show_note(Direction from, std::string_view note) override;
  void end_message(Direction from) override;
  void release(Direction from) override;

  bool is_of(const Flow& flow) const { return flow_ == &flow; }
  void watch(Direction from) { messages_[index_of(from)] = std::make_unique<Messages>(); }
  // The batch is over.
  void keep_unread();
  void play(const Console::Event& event);

 private:
  using Kind = Console::Event::Kind;

  // A million of them may be open.
  struct Half {
    uint64_t printed = 0;
    uint32_t zeros_due = 0;  // of a gap that was just passed; kMostZeros at most
    bool is_client = false;
    bool is_named = false;  // something of it was printed
  };
  // Of a half that is read as messages.
  struct Messages {
    UnreadStream unread;
    uint64_t arrived = 0;   // octets, -b at most
    uint64_t raw_upto = 0;  // octets that are no message; of a piece they are shown together
    // What is printed.
    uint64_t number = 0;
    Joint head;
    bool is_released = false;
    bool is_in_head = false;  // one is printed, and more of it comes
    bool is_at_line = true;   // what is printed of the message ends with a newline
  };
  Half& of(Direction from) { return halves_[index_of(from)]; }
  // Null: what comes is printed as it is.
  Messages* messages(Direction from) {
    Messages* const half = messages_[index_of(from)].get();
    return half != nullptr && !half->is_released ? half : nullptr;
  }

  void note(Direction from, Kind kind, Bytes bytes = {}, uint64_t length = 0) {
    console_.note({{}, this, bytes, length, from, kind});
  }
  void note_piece(Direction from, Kind kind, UnreadStream::Piece piece, uint64_t length = 0);
  void show_begun(Direction from);
  template <typename Act>
  void change_unread(Messages& half, Act act);

  void print_bytes(Direction from, Bytes bytes);
  void print_gap(Direction from, uint64_t length);
  void print(Direction from, Bytes bytes);
  bool shows_gaps(const Half& half) const {
    return console_.options_.gap != GapForm::skip && half.printed < console_.options_.limit;
  }
  bool is_due_in_zeros(Direction from, uint64_t length);
  Bytes within_limit(Direction from, Bytes bytes);
  void print_head(Direction from, Bytes bytes, bool is_last);
  void print_text(Direction from, Bytes bytes);
  void print_text_gap(Direction from, uint64_t length);
  void print_note(Direction from, std::string_view note, bool is_between_text);

  const Console::Named& name(Direction from) { return console_.name(*this, *flow_, from); }
  const std::string& head(Direction from);

  Console& console_;
  const Flow* flow_ = nullptr;
  std::array<Half, 2> halves_;
  std::array<std::unique_ptr<Messages>, 2> messages_;  // of halves that a scanner reads
  bool is_waiting_ = false;                            // as the console knows
};

}  // namespace tcpflow
