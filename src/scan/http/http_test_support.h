// Whole conversations through the HTTP scanner, and what comes out of them.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "scan/http/http_scanner.h"
#include "tests/support/fake_flow.h"

namespace tcpflow::test {

// What was stored of one object. Only the first octets are kept; missing ones are '\0' among them.
struct StoredObject {
  static constexpr size_t kMostKept = size_t{1} << 22;

  std::string name;  // "S-HTTPBODY-001.html": who sent it, and its suffix
  std::string content;
  uint64_t size = 0;
  uint64_t missing = 0;
  uint64_t lent = 0;
  unsigned ends = 0;
};

// Keeps objects and mentions, in order. Outlives its writers.
class MemoryObjects : public ObjectOutput {
 public:
  std::unique_ptr<FlowObjects> open(const Flow& /*flow*/) override {
    return std::make_unique<OneFlow>(*this);
  }

  std::vector<std::unique_ptr<StoredObject>> objects;
  std::vector<std::string> mentions;
  unsigned flow_ends = 0;

 private:
  class Writer : public ObjectWriter {
   public:
    explicit Writer(StoredObject& object) : object_(object) {}
    ~Writer() override { ++object_.ends; }
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;
    void add(Bytes bytes) override {
      object_.size += bytes.size();
      if (object_.content.size() < StoredObject::kMostKept) object_.content += as_text(bytes);
    }
    void lend(Bytes bytes) override {
      object_.lent += bytes.size();
      add(bytes);
    }
    void skip(uint64_t length) override {
      object_.size += length;
      object_.missing += length;
      const size_t room = StoredObject::kMostKept;
      if (object_.content.size() + length <= room) object_.content.append(length, '\0');
    }

   private:
    StoredObject& object_;
  };

  class OneFlow : public FlowObjects {
   public:
    explicit OneFlow(MemoryObjects& to) : to_(to) {}
    std::unique_ptr<ObjectWriter> begin(Direction from, std::string_view suffix,
                                        Timestamp /*start*/) override {
      to_.objects.push_back(std::make_unique<StoredObject>());
      to_.objects.back()->name = name(from, suffix);
      return std::make_unique<Writer>(*to_.objects.back());
    }
    void mention(Direction from, std::string_view suffix) override {
      to_.mentions.push_back(name(from, suffix));
    }
    void end(const FlowRecord& /*record*/) override { ++to_.flow_ends; }

   private:
    static std::string name(Direction from, std::string_view suffix) {
      std::string text(from == Direction::originator ? "C" : "S");
      return text.append(suffix);
    }

    MemoryObjects& to_;
  };
};

// A screen on which nothing is to be seen, but that knows what it may be told.
class BlindScreen : public MessageScreen, public FlowScreen {
 public:
  FlowScreen* open(const Flow& /*flow*/) override { return this; }
  void watch(FlowScreen& /*screen*/, Direction from) override { at(from) = 0; }
  void show(Direction from, uint64_t upto) override { tell(from, upto); }
  void show_head(Direction from, uint64_t upto) override { tell(from, upto); }
  void pass(Direction from, uint64_t upto) override { tell(from, upto); }
  void pass_gap(Direction /*from*/, bool /*is_in_text*/) override {}
  void show_text(Direction /*from*/, Bytes text) override { shown += text.size(); }
  void show_note(Direction /*from*/, std::string_view note) override { shown += note.size(); }
  void end_message(Direction /*from*/) override {}
  void release(Direction from) override { is_released_[index_of(from)] = true; }

  uint64_t shown = 0;
  // Nothing was told of octets that had not come, nor of any once that was over.
  bool is_well = true;
  // All octets were told of, or will not be.
  bool knows_all() const {
    const auto knows = [this](size_t i) { return is_released_[i] || at_[i] == arrived_[i]; };
    return knows(0) && knows(1);
  }
  void arrive(Direction from, uint64_t octets) { arrived_[index_of(from)] += octets; }

 private:
  uint64_t& at(Direction from) { return at_[index_of(from)]; }
  void tell(Direction from, uint64_t upto) {
    is_well = is_well && upto <= arrived_[index_of(from)] && !is_released_[index_of(from)];
    at(from) = std::max(at(from), upto);
  }

  std::array<uint64_t, 2> at_{};
  std::array<uint64_t, 2> arrived_{};
  std::array<bool, 2> is_released_{};
};

// What one side sends, or what is missing of it.
struct Sent {
  Direction from = Direction::originator;
  std::string text;
  uint64_t missing = 0;
  bool is_late = false;  // it was sent before all others, and a hole held it back
  int64_t pause = 0;     // nanoseconds before it
};
using Talk = std::vector<Sent>;

inline Sent client(std::string text) { return {Direction::originator, std::move(text)}; }
inline Sent server(std::string text) { return {Direction::responder, std::move(text)}; }
inline Sent client_gap(uint64_t length) { return {Direction::originator, {}, length}; }
inline Sent server_gap(uint64_t length) { return {Direction::responder, {}, length}; }

// How a conversation reaches the scanner.
struct Hearing {
  HttpOptions options;
  bool has_syn = true;
  HalfEnd client_end = HalfEnd::fin;
  HalfEnd server_end = HalfEnd::fin;
  // The size of the next piece; empty: texts come as they are.
  std::function<size_t()> next_piece;
  bool seems_complete = false;    // behind each piece, as behind a FIN
  BlindScreen* screen = nullptr;  // may be null
};

// What was made of it. Everything is plain text, to be compared.
struct Heard {
  std::vector<std::string> objects;  // "S-HTTPBODY-001.html=hello", in order of their first octets
  std::vector<std::string> mentions;
  std::array<ObjectList, 2> lists;
  std::array<ScanCut, 2> cuts = {};
  std::vector<StoredObject> stored;

  const std::vector<ObjectRecord>& of_client() const { return lists[0].objects; }
  const std::vector<ObjectRecord>& of_server() const { return lists[1].objects; }
  // All there is to know; the same for the same streams, whatever the pieces.
  std::string facts() const {
    std::string text;
    for (const std::string& line : objects) text.append(line).append("\n");
    for (const std::string& line : mentions) text.append("mention ").append(line).append("\n");
    for (const ObjectList& list : lists) {
      text.append(list.is_told ? "told" : "not told").append("\n");
      for (const ObjectRecord& one : list.objects) text.append(facts_of(one)).append("\n");
      text.append("and ").append(std::to_string(list.not_listed)).append("\n");
    }
    for (const ScanCut cut : cuts) text.append(std::to_string(static_cast<int>(cut)));
    return text;
  }

 private:
  static std::string facts_of(const ObjectRecord& one) {
    std::string text = one.suffix;
    for (const uint64_t number : {one.offset, one.wire_size, one.size, uint64_t{one.status}}) {
      text.append("|").append(std::to_string(number));
    }
    for (const std::string& more :
         {std::to_string(static_cast<int>(one.end)), one.start_line, one.host, one.declared_type,
          one.found_type, one.coding, one.md5}) {
      text.append("|").append(more);
    }
    return text;
  }
};

// Feeds one conversation to a consumer.
class Speaker {
 public:
  Speaker(HttpScanner& scanner, const Hearing& hearing)
      : consumer_(scanner.create()), hearing_(hearing) {
    consumer_->on_start(flow_);
  }

  void say(const Sent& sent) {
    begin(sent.from);
    time_ += 1000 + sent.pause;
    uint64_t& offset = offsets_[index_of(sent.from)];
    if (sent.missing > 0) {
      consumer_->on_gap(sent.from, offset, sent.missing, GapReason::not_captured);
      offset += sent.missing;
      if (hearing_.seems_complete) consumer_->on_half_complete(sent.from);
    }
    for (std::string_view rest = sent.text; !rest.empty();) {
      // Of its own, for the sanitizer to watch.
      const std::string piece(
          rest.substr(0, hearing_.next_piece ? hearing_.next_piece() : rest.size()));
      if (hearing_.screen != nullptr) hearing_.screen->arrive(sent.from, piece.size());
      consumer_->on_bytes(sent.from, offset, as_bytes(piece),
                          {1, make_time(1'500'000'000, sent.is_late ? 0 : time_)});
      offset += piece.size();
      rest.remove_prefix(piece.size());
      if (hearing_.seems_complete) consumer_->on_half_complete(sent.from);
    }
  }

  void complete() {
    consumer_->on_half_complete(Direction::originator);
    consumer_->on_half_complete(Direction::responder);
  }

  FlowRecord end() {
    if (begun_[0]) consumer_->on_half_end(Direction::originator, hearing_.client_end);
    if (begun_[1]) consumer_->on_half_end(Direction::responder, hearing_.server_end);
    FlowRecord record;
    consumer_->on_end(FlowEnd::closed, record);
    return record;
  }

 private:
  void begin(Direction from) {
    if (std::exchange(begun_[index_of(from)], true)) return;
    HalfInfo half;
    const Role role = from == Direction::originator ? Role::client : Role::server;
    if (hearing_.has_syn) half.role = role;
    consumer_->on_half_start(from, half);
  }

  FakeFlow flow_;
  std::unique_ptr<StreamConsumer> consumer_;
  const Hearing& hearing_;
  std::array<uint64_t, 2> offsets_{};
  std::array<bool, 2> begun_{};
  int64_t time_ = 0;
};

inline Heard hear(const Talk& talk, const Hearing& hearing = {}) {
  MemoryObjects memory;
  HttpScanner scanner(hearing.options, &memory, nullptr, hearing.screen);
  Speaker speaker(scanner, hearing);
  for (const Sent& sent : talk) speaker.say(sent);
  FlowRecord record = speaker.end();
  Heard heard;
  for (const std::unique_ptr<StoredObject>& object : memory.objects) {
    heard.objects.push_back(object->name + "=" + object->content);
    heard.stored.push_back(std::move(*object));
  }
  heard.mentions = std::move(memory.mentions);
  for (const Direction from : {Direction::originator, Direction::responder}) {
    heard.lists[index_of(from)] = std::move(record.half(from).output.objects);
    heard.cuts[index_of(from)] = record.half(from).output.scan_cut;
  }
  const BlindScreen* const screen = hearing.screen;
  const bool is_right = screen == nullptr || (screen->is_well && screen->knows_all());
  if (!is_right) heard.mentions.push_back("a screen that was not told what is right");
  return heard;
}

// Every piece has so many octets.
inline Hearing in_pieces(size_t size) {
  Hearing hearing;
  hearing.next_piece = [size] { return size; };
  return hearing;
}

}  // namespace tcpflow::test
