// One half of a connection, read as HTTP/1.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "flow/consumer.h"
#include "scan/http/http_body.h"
#include "scan/http/http_pair.h"
#include "scan/http/http_show.h"
#include "scan/http/message_parser.h"
#include "scan/http/octet_room.h"
#include "scan/http/start_line.h"

namespace tcpflow {

// Looks for a message, reads messages as long as they follow one another, and looks again behind a
// gap or what is no message. Lives in its connection's consumer and stays in place; on its thread.
class HttpHalf : MessageEvents {
 public:
  // `objects` may be null; all are borrowed.
  struct Parts {
    HttpShared& shared;
    HttpPair& pair;
    FlowObjects* objects;
    Direction from;
    FlowScreen* screen = nullptr;  // may be null
  };
  // `from_syn`: the first octet is the first that was sent.
  HttpHalf(const Parts& parts, bool from_syn);

  // `offset`: of the first octet in the flow's file.
  void add(Bytes bytes, uint64_t offset, Timestamp time);
  void skip(uint64_t length, uint64_t offset);
  // What follows is not looked at.
  void cut();
  // Probably nothing more comes: between two messages the parser is let go, for connections that
  // are over linger.
  void complete();
  // No-op the second time.
  void end(HalfEnd why);
  ObjectList take_objects() { return list_.take(); }

 private:
  BodyRule on_head(const MessageHead& head) override;
  bool on_body(Bytes bytes) override;
  void on_missing(uint64_t length) override;
  void on_message_end() override;

  BodyRule on_request(const MessageHead& head);
  BodyRule on_response(const MessageHead& head);
  void begin_body(const MessageHead& head, const HttpRequest* request);
  void end_body(ObjectEnd why);
  void close_body(ObjectEnd why);
  void begin_exchange(const MessageHead& head);
  void tell_exchange(ObjectEnd why);
  bool begin_response();
  void begin_bare_body(ObjectEnd why);
  size_t read_bare_body(Bytes bytes);
  void tell_held();
  void take(Bytes bytes, uint64_t offset, Timestamp time);
  size_t refuse(size_t used, Bytes bytes);
  size_t begin_found(const StartLineSeeker::Found& found);
  size_t seek(Bytes bytes);
  size_t read(Bytes bytes);
  Bytes next_step(Bytes bytes) const;
  void read_carried(std::string_view carried, uint64_t offset);
  void begin_messages(bool is_response);
  void wake();
  void begin_seeking();
  void show_rest(bool is_body);
  bool is_over() const;
  void count_waiting();
  void give_up_head();
  ObjectEnd object_end(HalfEnd why) const;

  Parts parts_;
  HttpObjectList list_;
  RoomTaken waiting_;  // what is kept of a head or to find one, and of long lines
  size_t long_texts_ = 0;
  std::unique_ptr<HttpShow> show_;          // null: there is no screen
  std::optional<StartLineSeeker> seeker_;   // empty: a message is read, and not a bare body
  std::unique_ptr<MessageParser> parser_;   // null: one is looked for, or the next is awaited
  std::unique_ptr<HttpBody> body_;          // of the message that is read, if there may be one
  std::unique_ptr<HttpExchange> exchange_;  // that the response under way belongs to
  Timestamp message_time_;                  // of the packet with the message's first octet
  uint64_t sought_ = 0;                     // octets looked through for the first message
  unsigned count_ = 0;                      // messages
  bool from_syn_;
  bool has_ended_ = false;
  bool is_cut_ = false;
  bool rests_ = false;  // without a parser, though the next octets begin a message
  bool rested_in_responses_ = false;
  bool is_answer_ = false;  // the first octets of a server, to a request: whatever they are
  std::optional<ObjectEnd> bare_end_;  // how a body without a head ends; empty: there is none
  // The response should have no body, whatever it says, or its request is not known: what follows
  // may be the next response. Only if it is none is it a body, and until then so many octets that
  // such a response begins with are held back.
  bool in_doubt_ = false;
  size_t held_ = 0;
  uint64_t held_offset_ = 0;
  Timestamp held_time_;
  // Of the octets that the parser is fed just now.
  const uint8_t* fed_ = nullptr;
  uint64_t fed_offset_ = 0;
  size_t fed_used_ = 0;               // of these, that it was fed before
  bool is_behind_cr_ = false;         // the last octet it was fed
  uint64_t refused_at_ = UINT64_MAX;  // where a message turned out to be none, last
  Timestamp now_;
};

}  // namespace tcpflow
