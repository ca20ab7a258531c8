#include "scan/http/message_parser.h"

#include <gtest/gtest.h>

namespace tcpflow {
namespace {

// What a parser tells, as one text.
class Told : public MessageEvents {
 public:
  BodyRule on_head(const MessageHead& head) override {
    text += "[" + (head.is_response ? std::to_string(head.status) : head.method + head.target) +
            " " + head.version + "]";
    last = head;
    return rule;
  }
  bool on_body(Bytes bytes) override {
    text += as_text(bytes);
    return true;
  }
  void on_missing(uint64_t length) override { text += "<" + std::to_string(length) + ">"; }
  void on_message_end() override { text += "."; }

  std::string text;
  MessageHead last;
  BodyRule rule = BodyRule::as_said;
};

struct Parsing {
  explicit Parsing(bool is_response, const HttpLimits& most = {})
      : limits(most), parser(is_response, told, limits) {}
  // What was told so far, and how it ended.
  std::string feed(const std::string& text, size_t piece = SIZE_MAX) {
    for (size_t at = 0; at < text.size();) {
      const std::string_view rest = std::string_view(text).substr(at, piece);
      const MessageParser::Fed fed = parser.feed(as_bytes(rest));
      at += fed.used;
      if (fed.status == MessageParser::Status::more) continue;
      const bool is_tunnel = fed.status == MessageParser::Status::tunnel;
      const size_t place = at - parser.take_refused().size();
      return told.text + (is_tunnel ? " tunnel " : " not http ") + std::to_string(place);
    }
    return told.text;
  }

  Told told;
  HttpLimits limits;
  MessageParser parser;
};

void expect(bool is_response, const std::string& text, const std::string& what) {
  for (const size_t piece : {size_t{1}, size_t{3}, text.size()}) {
    EXPECT_EQ(Parsing(is_response).feed(text, piece), what) << piece << ": " << text;
  }
}

TEST(MessageParser, TellsOfMessagesThatFollowOneAnother) {
  expect(false, "\r\nGET / HTTP/1.1\r\n\r\nPUT /x HTTP/1.0\r\nContent-Length: 2\r\n\r\nab",
         "[GET/ HTTP/1.1].[PUT/x HTTP/1.0]ab.");
  expect(true, "HTTP/1.1 204 No\r\n\r\nHTTP/1.0 200 OK\r\n\r\nto the end",
         "[204 HTTP/1.1].[200 HTTP/1.0]to the end");
}

TEST(MessageParser, GivesBackWhatIsNoMessage) {
  expect(true, "Hello", " not http 0");
  expect(true, "HTTP is fine", " not http 0");
  expect(false, "get / HTTP/1.1\r\n\r\n", " not http 0");
  expect(true, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nHTTP/1.1 200 OK\r\n",
         "[200 HTTP/1.1] not http 47");
}

TEST(MessageParser, PassesOverTrailersThatAreNone) {
  expect(true, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\na b: c\r\n\r\n",
         "[200 HTTP/1.1]a.");
}

TEST(MessageParser, KeepsTheLastOfAFieldAndAllOfAList) {
  Parsing parsing(true);
  parsing.feed(
      "HTTP/1.1 200 OK\r\nContent-Type: a\r\ncontent-type: b\r\nContent-Encoding: gzip\r\n"
      "Content-Encoding: br\r\n\r\n");
  EXPECT_EQ(parsing.told.last.content_type, "b");
  EXPECT_EQ(parsing.told.last.content_encoding, "gzip, br");
}

TEST(MessageParser, StopsWhereATunnelBegins) {
  Parsing parsing(true);
  parsing.told.rule = BodyRule::tunnel;
  EXPECT_EQ(parsing.feed("HTTP/1.1 200 OK\r\n\r\nmore"), "[200 HTTP/1.1]. tunnel 19");
}

TEST(MessageParser, SkipsWhatIsMissingOfABodyAndNothingElse) {
  Parsing parsing(true);
  EXPECT_FALSE(parsing.parser.skip(1));
  parsing.feed("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\na");
  EXPECT_FALSE(parsing.parser.skip(4));
  EXPECT_TRUE(parsing.parser.skip(2));
  EXPECT_TRUE(parsing.parser.skip(1));
  EXPECT_EQ(parsing.told.text, "[200 HTTP/1.1]a<2><1>.");
  EXPECT_TRUE(parsing.parser.is_between());
}

TEST(MessageParser, TakesNoHeadBeyondItsLimitWhateverItIsMadeOf) {
  HttpLimits limits;
  limits.head_octets = 100;
  for (const char* start : {"HTTP/1.1 200 ", "HTTP/1.1 200 OK\r\nA:", "HTTP/1.1 200 OK\r\nA B: "}) {
    for (const size_t piece : {size_t{1}, size_t{64}, size_t{1000}}) {
      Parsing parsing(true, limits);
      const std::string text = start + std::string(300, ' ');
      EXPECT_EQ(parsing.feed(text, piece), " not http 100") << start;
    }
  }
}

}  // namespace
}  // namespace tcpflow
