// Heads that are none of RFC 9112, and what must not become of the messages behind them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scan/http/http_scanner.h"
#include "scan/http/http_test_support.h"

namespace tcpflow::test {
namespace {

using ::testing::ElementsAre;

constexpr char kGet[] = "GET /1 HTTP/1.1\r\nHost: h\r\n\r\n";
constexpr char kNext[] = "GET /2 HTTP/1.1\r\nHost: h\r\n\r\n";

std::string ok(const std::string& body) {
  return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

// Each object with the request that it answers.
std::vector<std::string> answers(const Heard& heard) {
  std::vector<std::string> all;
  for (size_t i = 0; i < heard.of_server().size(); ++i) {
    const ObjectRecord& object = heard.of_server()[i];
    all.push_back(object.start_line + " " + object_end_name(object.end));
  }
  return all;
}

std::vector<std::string> answers(const std::string& request, const std::string& response) {
  for (const Hearing& hearing : {in_pieces(1), in_pieces(7)}) {
    const Heard heard =
        hear({client(request), server(response), client(kNext), server(ok("two"))}, hearing);
    const Heard whole = hear({client(request), server(response), client(kNext), server(ok("two"))});
    EXPECT_EQ(heard.objects, whole.objects);
    EXPECT_EQ(answers(heard), answers(whole));
  }
  const Heard heard = hear({client(request), server(response), client(kNext), server(ok("two"))});
  return answers(heard);
}

std::string head(const std::string& fields) { return "HTTP/1.1 200 OK\r\n" + fields + "\r\n"; }

TEST(OddHeads, MayRepeatTheirLength) {
  EXPECT_THAT(answers(kGet, head("Content-Length: 3, 3\r\n") + "one"),
              ElementsAre("GET /1 HTTP/1.1 complete", "GET /2 HTTP/1.1 complete"));
}

// Then a body runs to the end of the stream: what it is nobody can say, but not the next answer.
TEST(OddHeads, HaveNoLengthThatIsTooLarge) {
  EXPECT_THAT(answers(kGet, head("Content-Length: 99999999999999999999999\r\n") + "one"),
              ElementsAre("GET /1 HTTP/1.1 complete"));
}

TEST(OddHeads, MaySayThatNothingWasDone) {
  for (const std::string coding : {"identity", "Identity , identity", ""}) {
    EXPECT_THAT(
        answers(kGet, head("Transfer-Encoding: " + coding + "\r\nContent-Length: 3\r\n") + "one"),
        ElementsAre("GET /1 HTTP/1.1 complete", "GET /2 HTTP/1.1 complete"))
        << coding;
  }
}

TEST(OddHeads, MayHaveAMethodOfTheirOwn) {
  const std::string first = "GET /0 HTTP/1.1\r\n\r\n";
  const std::string odd = "CCM_POST /1 HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc";
  EXPECT_THAT(answers(first + odd, ok("zero") + ok("one")),
              ElementsAre("GET /0 HTTP/1.1 complete", "CCM_POST /1 HTTP/1.1 complete",
                          "GET /2 HTTP/1.1 complete"));
}

TEST(OddHeads, MayHaveAMethodOfTheirOwnFromTheBeginning) {
  const std::string odd = "CCM_POST /1 HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc";
  EXPECT_THAT(answers(odd, ok("one")),
              ElementsAre("CCM_POST /1 HTTP/1.1 complete", "GET /2 HTTP/1.1 complete"));
}

TEST(OddHeads, MayHaveControlsInTheirTarget) {
  EXPECT_THAT(answers("GET /a\x01\x1b\xff"
                      "b HTTP/1.1\r\n\r\n",
                      ok("one")),
              ElementsAre("GET /a%01%1B%FFb HTTP/1.1 complete", "GET /2 HTTP/1.1 complete"));
}

TEST(OddHeads, DoNotEndABodyBySizesThatAreNone) {
  EXPECT_THAT(answers(kGet, head("Transfer-Encoding: chunked\r\n") +
                                "3\r\none\r\n0x5\r\nhello\r\n0\r\n\r\n"),
              ElementsAre("GET /1 HTTP/1.1 malformed", "GET /2 HTTP/1.1 complete"));
}

// Lines that end with LF alone, of chunks.
TEST(OddChunks, MayEndTheirLinesWithNewlinesAlone) {
  const std::string chunked = head("Transfer-Encoding: chunked\r\n");
  const std::string long_one(100, 'c');
  for (const std::string& body :
       {std::string("3\r\nabc\n64\r\n") + long_one + "\r\n0\r\n\r\n",
        "3\nabc\n64\n" + long_one + "\n0\n\n",
        "3;x\nabc\r\n64 ; y=\"z\"\n" + long_one + "\n0;\n\r\n",
        "3\r\nabc\r\n64;a\r\n" + long_one + "\r\n0\r\nA: b\nC: d;\n\r\n"}) {
    EXPECT_THAT(answers(kGet, chunked + body),
                ElementsAre("GET /1 HTTP/1.1 complete", "GET /2 HTTP/1.1 complete"))
        << body;
    EXPECT_THAT(hear({client(kGet), server(chunked + body)}).objects,
                ElementsAre("S-HTTPBODY-001=abc" + long_one));
  }
}

// The line is as long as browsers think, whatever its pieces.
TEST(OddChunks, MayHaveACrInAnExtension) {
  const std::string text =
      head("Transfer-Encoding: chunked\r\n") + "3;x\ry\nabc\r\n2;\r\r\nde\r\n0\r\n\r\n";
  for (const size_t size : {size_t{1}, size_t{2}, size_t{1000}}) {
    EXPECT_THAT(hear({client(kGet), server(text)}, in_pieces(size)).objects,
                ElementsAre("S-HTTPBODY-001=abcde"))
        << size;
  }
}

TEST(OddOrder, TakesAResponseBeforeItsRequestForThat) {
  const Heard heard = hear({server(ok("one")), client(kGet), client(kNext), server(ok("two"))});
  EXPECT_THAT(answers(heard), ElementsAre(" complete", "GET /2 HTTP/1.1 complete"));
  // Much later it is a request of its own: nobody asked for what came before (408, say).
  test::Sent later = client(kGet);
  later.pause = 1'000'000'000;
  const Heard unasked = hear({server(ok("one")), later, server(ok("two"))});
  EXPECT_THAT(answers(unasked), ElementsAre(" complete", "GET /1 HTTP/1.1 complete"));
}

TEST(OddHeads, UndoWhatIsKnownOfCodingsAroundOthers) {
  // "one" by gzip, without a time.
  const std::string packed(
      "\x1f\x8b\x08\0\0\0\0\0\0\x03\xcb\xcf\x4b\x05\0\xf1\x86\x6c\x7a\x03\0\0\0", 23);
  const Heard heard = hear({client(kGet), server(head("Content-Encoding: foo\r\n"
                                                      "Transfer-Encoding: gzip\r\n") +
                                                 packed)});
  EXPECT_THAT(heard.objects, ElementsAre("S-HTTPBODY-001=one"));
}

}  // namespace
}  // namespace tcpflow::test
