#include "output/console_consumer.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/gap.h"
#include "output/console_format.h"

namespace tcpflow {

ConsoleConsumer::~ConsoleConsumer() {
  for (const auto& half : messages_) {
    if (half) console_.held_ -= half->unread.cost();
  }
  console_.forget(*this);
}

void ConsoleConsumer::on_bytes(Direction from, uint64_t, Bytes bytes, PacketRef) {
  Messages* half = messages_[index_of(from)].get();
  if (half != nullptr) {
    // Also where nothing comes of octets, or something else: -b is about the stream.
    const uint64_t room = console_.options_.limit - half->arrived;
    bytes = bytes.first(static_cast<size_t>(std::min<uint64_t>(bytes.size(), room)));
    half->arrived += bytes.size();
  }
  half = messages(from);
  if (half == nullptr) return note(from, Kind::bytes, bytes);
  if (console_.held_ > console_.options_.held && !half->unread.is_empty()) {
    ++console_.heads_cut_;
    show(from, half->unread.end());
  }
  change_unread(*half, [&](UnreadStream& unread) { unread.add(bytes); });
  if (!std::exchange(is_waiting_, true)) console_.waiting_.push_back(this);
}

void ConsoleConsumer::on_gap(Direction from, uint64_t, uint64_t length, GapReason) {
  Messages* const half = messages(from);
  if (half == nullptr) return note(from, Kind::gap, {}, length);
  change_unread(*half, [&](UnreadStream& unread) { unread.add_gap(length); });
}

void ConsoleConsumer::on_half_end(Direction from, HalfEnd) {
  if (console_.borrowed_.events != nullptr) note(from, Kind::end);
}

void ConsoleConsumer::on_end(FlowEnd, FlowRecord& record) {
  console_.on_batch_taken();
  for (const Direction from : {Direction::originator, Direction::responder}) {
    if (!of(from).is_named) continue;
    record.half(from).output.file_name = name(from).label;
    record.half(from).output.file_size = of(from).printed;
  }
}

template <typename Act>
void ConsoleConsumer::change_unread(Messages& half, Act act) {
  const size_t before = half.unread.cost();
  act(half.unread);
  console_.held_ += half.unread.cost() - before;
}

void ConsoleConsumer::keep_unread() {
  is_waiting_ = false;
  for (const auto& half : messages_) {
    if (half) half->unread.keep();
  }
}

void ConsoleConsumer::note_piece(Direction from, Kind kind, UnreadStream::Piece piece,
                                 uint64_t length) {
  if (piece.gap > 0) return note(from, Kind::gap, {}, piece.gap);
  if (!piece.own.empty()) console_.keep(std::move(piece.own));
  note(from, kind, piece.bytes, length);
}

void ConsoleConsumer::show(Direction from, uint64_t upto) {
  Messages* const half = messages(from);
  if (half == nullptr) return;
  half->raw_upto = std::max(half->raw_upto, upto);
  change_unread(*half, [&](UnreadStream& unread) {
    while (std::optional<UnreadStream::Piece> piece = unread.next_whole(half->raw_upto)) {
      note_piece(from, Kind::bytes, std::move(*piece));
    }
  });
}

// What is no message of a piece that goes on with one.
void ConsoleConsumer::show_begun(Direction from) {
  Messages& half = *messages(from);
  change_unread(half, [&](UnreadStream& unread) {
    while (std::optional<UnreadStream::Piece> piece = unread.next(half.raw_upto)) {
      note_piece(from, Kind::bytes, std::move(*piece));
    }
  });
}

void ConsoleConsumer::show_head(Direction from, uint64_t upto) {
  Messages* const half = messages(from);
  if (half == nullptr) return;
  show_begun(from);
  note(from, Kind::message);
  change_unread(*half, [&](UnreadStream& unread) {
    std::optional<UnreadStream::Piece> piece = unread.next(upto);
    while (piece) {
      std::optional<UnreadStream::Piece> next = unread.next(upto);
      note_piece(from, Kind::head, std::move(*piece), next ? 1 : 0);
      piece = std::move(next);
    }
  });
}

void ConsoleConsumer::pass(Direction from, uint64_t upto) {
  Messages* const half = messages(from);
  if (half == nullptr || half->unread.is_empty() || half->unread.begin() >= upto) return;
  show_begun(from);
  change_unread(*half, [&](UnreadStream& unread) {
    while (unread.begin() < upto && unread.next(upto)) {
    }
  });
}

void ConsoleConsumer::pass_gap(Direction from, bool is_in_text) {
  Messages* const half = messages(from);
  if (half == nullptr) return;
  pass(from, half->unread.end());
  uint64_t length = 0;
  change_unread(*half, [&](UnreadStream& unread) {
    while (unread.begins_with_gap()) length += unread.next_whole(unread.begin())->gap;
  });
  if (is_in_text) note(from, Kind::text_gap, {}, length);
}

void ConsoleConsumer::show_text(Direction from, Bytes text) {
  if (messages(from) == nullptr) return;
  note(from, Kind::text, console_.keep({text.begin(), text.end()}));
}

void ConsoleConsumer::show_note(Direction from, std::string_view note_text) {
  if (messages(from) == nullptr) return;
  note(from, Kind::note, console_.keep({note_text.begin(), note_text.end()}));
}

void ConsoleConsumer::end_message(Direction from) {
  if (messages(from) != nullptr) note(from, Kind::message_end);
}

void ConsoleConsumer::release(Direction from) {
  Messages* const half = messages(from);
  if (half == nullptr) return;
  show(from, half->unread.end());
  half->is_released = true;
}

void ConsoleConsumer::play(const Console::Event& event) {
  const Direction from = event.from;
  switch (event.kind) {
    case Kind::bytes:
      return print_bytes(from, event.bytes);
    case Kind::gap:
      return print_gap(from, event.length);
    case Kind::message:
      messages_[index_of(from)]->number = ++console_.messages_;
      messages_[index_of(from)]->is_at_line = true;
      return;
    case Kind::head:
      return print_head(from, event.bytes, event.length == 0);
    case Kind::text:
      return print_text(from, event.bytes);
    case Kind::text_gap:
      return print_text_gap(from, event.length);
    case Kind::note:
      return print_note(from, as_text(event.bytes), false);
    case Kind::message_end:
      return console_.end_message(messages_[index_of(from)]->number);
    case Kind::end:
      if (of(from).is_named) console_.borrowed_.events->on_file_closed(name(from).label);
  }
}

void ConsoleConsumer::print_bytes(Direction from, Bytes bytes) {
  Half& half = of(from);
  if (half.zeros_due != 0) {
    const std::vector<uint8_t> zeros(static_cast<size_t>(std::exchange(half.zeros_due, 0u)));
    print(from, zeros);
  }
  print(from, bytes);
}

// As in a file, zeros are there only if a byte follows them.
bool ConsoleConsumer::is_due_in_zeros(Direction from, uint64_t length) {
  Half& half = of(from);
  if (console_.options_.gap != GapForm::zero) return false;
  if (length > Console::kMostZeros - half.zeros_due) return false;
  half.zeros_due += static_cast<uint32_t>(length);
  return true;
}

void ConsoleConsumer::print_gap(Direction from, uint64_t length) {
  Half& half = of(from);
  if (!shows_gaps(half) || is_due_in_zeros(from, length)) return;
  half.is_named = true;
  const uint64_t missing = length + std::exchange(half.zeros_due, 0u);
  const bool is_json = console_.options_.body == ConsoleBody::json;
  console_.print_marker(head(from), is_json ? json_gap(flow_->half_info(from), missing) : "",
                        {half.is_client, missing});
}

// So much of it as -b leaves, which is counted as printed.
Bytes ConsoleConsumer::within_limit(Direction from, Bytes bytes) {
  Half& half = of(from);
  const uint64_t room = console_.options_.limit - half.printed;
  bytes = bytes.first(static_cast<size_t>(std::min<uint64_t>(room, bytes.size())));
  if (!bytes.empty()) half.is_named = true;
  half.printed += bytes.size();
  return bytes;
}

void ConsoleConsumer::print(Direction from, Bytes bytes) {
  bytes = within_limit(from, bytes);
  if (!bytes.empty()) console_.print(of(from).is_client, head(from), bytes);
}

// One record, of however many pieces.
void ConsoleConsumer::print_head(Direction from, Bytes bytes, bool is_last) {
  Messages& half = *messages_[index_of(from)];
  if (!half.is_in_head && of(from).zeros_due != 0) print_bytes(from, {});
  bytes = within_limit(from, bytes);
  if (!bytes.empty() && !std::exchange(half.is_in_head, true)) {
    half.head = console_.begin_part({of(from).is_client, true, half.number, {}}, head(from));
  }
  console_.append(bytes);
  if (!bytes.empty()) half.is_at_line = bytes.back() == '\n';
  if (is_last && std::exchange(half.is_in_head, false)) console_.end_part(half.head);
}

void ConsoleConsumer::print_text(Direction from, Bytes bytes) {
  if (of(from).zeros_due != 0) {
    const std::vector<uint8_t> zeros(static_cast<size_t>(std::exchange(of(from).zeros_due, 0u)));
    print_text(from, zeros);
  }
  bytes = within_limit(from, bytes);
  if (bytes.empty()) return;
  Messages& half = *messages_[index_of(from)];
  const Joint joint = console_.begin_part({of(from).is_client, false, half.number, {}}, head(from));
  console_.append(bytes);
  console_.end_part(joint);
  half.is_at_line = bytes.back() == '\n';
}

void ConsoleConsumer::print_text_gap(Direction from, uint64_t length) {
  if (!shows_gaps(of(from)) || is_due_in_zeros(from, length)) return;
  const uint64_t missing = length + std::exchange(of(from).zeros_due, 0u);
  print_note(from, gap_marker(missing), true);
}

void ConsoleConsumer::print_note(Direction from, std::string_view note, bool is_between_text) {
  if (of(from).printed >= console_.options_.limit) return;
  of(from).is_named = true;
  Messages& half = *messages_[index_of(from)];
  const std::string_view glue = half.is_at_line ? "" : "\n";
  const Joint joint =
      console_.begin_part({of(from).is_client, false, half.number, glue}, head(from));
  console_.append(note);
  half.is_at_line = is_between_text || !console_.options_.newline;
  if (half.is_at_line) console_.append("\n");
  console_.end_part(joint);
}

const std::string& ConsoleConsumer::head(Direction from) {
  static const std::string none;
  const ConsoleOptions& options = console_.options_;
  const bool has_head = options.label || options.body == ConsoleBody::json;
  return has_head ? name(from).head : none;
}

}  // namespace tcpflow
