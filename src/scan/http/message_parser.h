// HTTP/1 messages out of the bytes of one half.
#pragma once

#include <llhttp.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "base/bytes.h"
#include "base/limits.h"
#include "scan/http/head_mender.h"

namespace tcpflow {

// What stands before the body. Texts are cut to kObjectText octets, targets to kTargetText; of
// fields that come several times the last counts, but for those that are lists.
struct MessageHead {
  bool is_response = false;
  unsigned status = 0;  // of a response
  std::string method;   // of a request
  std::string target;
  std::string version;  // "HTTP/1.1"
  std::string host;
  std::string content_type;
  std::string content_encoding;
  std::string transfer_encoding;
  std::string content_disposition;
  std::string upgrade;
  bool is_chunked = false;
  bool announces_body = false;  // a request that does not has none (RFC 9112, 6.3)
};

// What follows a head.
enum class BodyRule : uint8_t {
  as_said,  // what the head says
  tunnel,   // nothing of HTTP
};

// Told of messages. Spans die when a call returns.
class MessageEvents {
 public:
  virtual ~MessageEvents() = default;
  virtual BodyRule on_head(const MessageHead& head) = 0;
  // False: this is no body, but the next message.
  virtual bool on_body(Bytes bytes) = 0;
  // So many octets of the body are missing.
  virtual void on_missing(uint64_t length) = 0;
  virtual void on_message_end() = 0;
};

// Drives llhttp, as lenient as it can be, over one half that begins with a message. What it refuses
// of a head, or of the first line of a chunk, is mended as browsers would and given to it again.
// One owner, one thread; keeps a head until it is over, HttpLimits::head_octets at most, and little
// of anything else.
class MessageParser {
 public:
  enum class Status : uint8_t {
    more,      // what was used is understood
    not_http,  // from `used` on it is no message, nor is what take_refused() gives
    tunnel,    // from `used` on it is something else
  };
  struct Fed {
    Status status = Status::more;
    size_t used = 0;
  };

  MessageParser(bool is_response, MessageEvents& events, const HttpLimits& limits);
  MessageParser(const MessageParser&) = delete;
  MessageParser& operator=(const MessageParser&) = delete;

  // Stops behind a message.
  Fed feed(Bytes bytes);
  // So many octets are missing. False: whatever comes next, it is not known to be of a message.
  bool skip(uint64_t length);
  // While on_head() is told: so many octets of the piece are of the head, if no piece goes further
  // than to a line end, or to the octet behind a CR.
  size_t head_upto() const { return head_end_; }
  // What came in earlier calls and turned out to belong to no message, either.
  std::string take_refused() { return std::exchange(given_back_, {}); }
  // Octets of a head that wait for the rest of it.
  size_t waiting() const { return is_in_body() ? 0 : kept_.size(); }
  bool is_in_body() const { return stage_ == Stage::body; }
  bool is_between() const { return stage_ == Stage::between; }
  // A new parser would make the same of what follows.
  bool is_at_rest() const { return is_between() && kept_.empty() && parser_.upgrade == 0; }
  bool reads_responses() const { return is_response_; }
  // A body that ends with its stream.
  bool runs_to_end() const { return is_in_body() && llhttp_message_needs_eof(&parser_) != 0; }

 private:
  enum class Stage : uint8_t { between, head, body };
  enum class Mending : uint8_t { nothing, head, chunk_line, trailers };

  static MessageParser& of(llhttp_t* parser) { return *static_cast<MessageParser*>(parser->data); }
  static const llhttp_settings_t& settings();
  static llhttp_settings_t make_settings();
  static void set_head_calls(llhttp_settings_t& calls);
  static void set_body_calls(llhttp_settings_t& calls);

  void start();
  Fed feed_chunked(Bytes bytes);
  Fed run(Bytes bytes);
  Fed refuse(size_t used, size_t before);
  Fed run_mended(const std::string& text);
  void remember(Bytes bytes);
  size_t chunk_line(std::string_view text);
  Fed judge_refusal(Bytes bytes, size_t at);
  Fed mend(Bytes bytes);
  Fed mend_trailers(Bytes bytes);
  Status mend_head(std::string_view head);
  Status mend_chunk_line(std::string_view line);
  Status begin_chunk(uint64_t size);
  bool is_in_chunk_line() const { return is_in_body() && head_.is_chunked && !is_in_data_; }

  int begin_message();
  int add_to(std::string& text, std::string_view more, size_t most);
  int end_field();
  void keep_field();
  void free_field();
  int end_head();
  int take_body(Bytes bytes);
  int end_message();

  llhttp_t parser_;
  bool is_response_;
  MessageEvents& events_;
  const HttpLimits& limits_;
  Stage stage_ = Stage::between;
  bool is_in_data_ = false;           // of a chunk
  bool is_mended_ = false;            // what is parsed just now: nothing is mended twice
  bool is_old_ = false;               // it was told of already
  const uint8_t* refused_ = nullptr;  // where the events saw another message
  bool is_unseen_ = false;            // what is parsed just now stands for what is missing
  size_t frame_left_ = 0;             // octets behind a chunk's data that are still to come
  size_t head_octets_ = 0;
  size_t head_end_ = 0;
  // A head so far with the line ends before it, or the line that frames a chunk.
  std::string kept_;
  Mending mending_ = Mending::nothing;
  HeadScan scan_;           // of a head that is mended
  std::string own_method_;  // in whose place the parser is given another
  std::string given_back_;  // for take_refused()
  std::string field_;
  std::string value_;
  MessageHead head_;
};

}  // namespace tcpflow
