#include "scan/http/http_exchanges.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "scan/http/http_test_support.h"

namespace tcpflow {
namespace {

using test::client;
using test::client_gap;
using test::server;
using test::server_gap;

// Exchanges as plain text: "GET /a www.example 200 text/html 4 of 4 complete".
class Book : public ExchangeSink {
 public:
  void on_exchange(const Flow&, const HttpExchange& one) override {
    std::string line = one.request_time ? one.method + " " + one.target + " " + one.host : "?";
    line += " sent " + std::to_string(one.request_size);
    if (one.response_time) {
      line += " got " + std::to_string(one.status) + " " + one.type + " " +
              std::to_string(one.response_size) + "/" + std::to_string(one.response_wire);
    }
    lines.push_back(line + " " + object_end_name(one.end));
    times.push_back(one.end_time());
  }
  std::vector<std::string> lines;
  std::vector<Timestamp> times;
};

using Lines = std::vector<std::string>;

Lines exchanges_of(const test::Talk& talk, const test::Hearing& hearing = {}) {
  Book book;
  HttpScanner scanner(hearing.options, nullptr, &book);
  test::Speaker speaker(scanner, hearing);
  for (const test::Sent& sent : talk) speaker.say(sent);
  speaker.end();
  return book.lines;
}

const char kGet[] = "GET /a HTTP/1.1\r\nHost: h\r\n\r\n";
const char kOk[] = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\nContent-Type: t/u\r\n\r\nbody";

TEST(HttpExchanges, PairRequestsWithResponses) {
  EXPECT_EQ(exchanges_of({client(kGet), server(kOk)}),
            Lines{"GET /a h sent 0 got 200 t/u 4/4 complete"});
  const Lines both = {"GET /a h sent 0 got 200 t/u 4/4 complete",
                      "GET /a h sent 0 got 200 t/u 4/4 complete"};
  EXPECT_EQ(exchanges_of({client(std::string(kGet) + kGet), server(std::string(kOk) + kOk)}), both);
  EXPECT_EQ(exchanges_of({client(std::string(kGet) + kGet), server(std::string(kOk) + kOk)},
                         test::in_pieces(1)),
            both);
}

TEST(HttpExchanges, TellOfRequestsThatComeBehindTheirResponses) {
  const Lines apart = {"? sent 0 got 200 t/u 4/4 complete", "GET /a h sent 0 open",
                       "GET /a h sent 0 got 200 t/u 4/4 complete"};
  EXPECT_EQ(exchanges_of({server(kOk), client(kGet), client(kGet), server(kOk)}), apart);
}

TEST(HttpExchanges, HaveTargetsOfAnyUsualLength) {
  const std::string kept = "/" + std::string(kTargetText - 2, 'a');
  const std::string ok = " h sent 0 got 200 t/u 4/4 complete";
  const auto told = [](const std::string& target) {
    return exchanges_of({client("GET " + target + " HTTP/1.1\r\nHost: h\r\n\r\n"), server(kOk)});
  };
  EXPECT_EQ(told(kept + "b"), Lines{"GET " + kept + "b" + ok});
  EXPECT_EQ(told(kept + "bc"), Lines{"GET " + kept + "b" + ok});
  EXPECT_EQ(told(kept + "\xc3\xa4"), Lines{"GET " + kept + ok}) << "no half of a character";
}

TEST(HttpExchanges, CountTheBodyThatWasSent) {
  const std::string put = "PUT /a HTTP/1.1\r\nHost: h\r\nContent-Length: 6\r\n\r\n";
  EXPECT_EQ(exchanges_of({client(put), client("abc"), client("def"), server(kOk)}),
            Lines{"PUT /a h sent 6 got 200 t/u 4/4 complete"});
}

TEST(HttpExchanges, PassOverInterimResponses) {
  EXPECT_EQ(exchanges_of({client(kGet), server("HTTP/1.1 100 Continue\r\n\r\n"), server(kOk)}),
            Lines{"GET /a h sent 0 got 200 t/u 4/4 complete"});
}

TEST(HttpExchanges, AreToldAtTheHeadWhereNoBodyFollows) {
  Book book;
  HttpScanner scanner({}, nullptr, &book);
  const test::Hearing hearing;
  test::Speaker speaker(scanner, hearing);
  speaker.say(client("HEAD /a HTTP/1.1\r\nHost: h\r\n\r\n"));
  speaker.say(server("HTTP/1.1 200 OK\r\nContent-Length: 40\r\n\r\n"));
  EXPECT_EQ(book.lines, Lines{"HEAD /a h sent 0 got 200  0/0 complete"});
  speaker.say(client(kGet));
  speaker.say(server("HTTP/1.1 304 Not Modified\r\nContent-Length: 40\r\n\r\n"));
  const Lines both = {"HEAD /a h sent 0 got 200  0/0 complete",
                      "GET /a h sent 0 got 304  0/0 complete"};
  EXPECT_EQ(book.lines, both);
  speaker.end();
  EXPECT_EQ(book.lines, both);
}

TEST(HttpExchanges, EndWithTheLastOctetOfTheResponse) {
  Book book;
  HttpScanner scanner({}, nullptr, &book);
  const test::Hearing hearing;
  test::Speaker speaker(scanner, hearing);
  speaker.say(client(kGet));                                  // 1 us
  speaker.say(server("HTTP/1.1 200 OK\r\n\r\nbo"));           // 2 us
  speaker.say(server("dy"));                                  // 3 us
  speaker.say(client("GET /b HTTP/1.1\r\nHost: h\r\n\r\n"));  // 4 us
  speaker.end();
  ASSERT_EQ(book.times.size(), 2U);
  EXPECT_EQ(book.times[0], make_time(1'500'000'000, 3'000));
  EXPECT_EQ(book.lines[1], "GET /b h sent 0 open");
}

TEST(HttpExchanges, TellOfTunnelsAtOnce) {
  EXPECT_EQ(exchanges_of({client("CONNECT h:1 HTTP/1.1\r\nHost: h\r\n\r\n"),
                          server("HTTP/1.1 200 OK\r\n\r\n"), client("x"), server("y")}),
            Lines{"CONNECT h:1 h sent 0 got 200  0/0 complete"});
}

TEST(HttpExchanges, TellOfEachSideByItself) {
  EXPECT_EQ(exchanges_of({client(kGet)}), Lines{"GET /a h sent 0 open"});
  EXPECT_EQ(exchanges_of({server(kOk)}), Lines{"? sent 0 got 200 t/u 4/4 complete"});
}

TEST(HttpExchanges, SayWhyAResponseIsNotWhole) {
  const std::string cut = std::string(kOk).substr(0, sizeof kOk - 3);
  EXPECT_EQ(exchanges_of({client(kGet), server(cut)}),
            Lines{"GET /a h sent 0 got 200 t/u 2/2 open"});
  EXPECT_EQ(exchanges_of({client(kGet), server(cut), server_gap(2)}),
            Lines{"GET /a h sent 0 got 200 t/u 4/2 gap"});
}

TEST(HttpExchanges, AreToldWhereAHoleParts) {
  const Lines wanted = {"GET /a h sent 0 open", "? sent 0 got 200 t/u 4/4 complete"};
  EXPECT_EQ(exchanges_of({client(kGet), client_gap(10), server(kOk)}), wanted);
}

TEST(HttpExchanges, CountWhatWasUnpacked) {
  const std::string packed("\x78\x9c\x4b\x4c\x84\x01\x00\x14\xe1\x03\xcb", 11);  // zlib: 10 times a
  const std::string head = "HTTP/1.1 200 OK\r\nContent-Encoding: deflate\r\nContent-Length: ";
  EXPECT_EQ(exchanges_of({client(kGet), server(head + "11\r\n\r\n" + packed)}),
            Lines{"GET /a h sent 0 got 200  10/11 complete"});
}

}  // namespace
}  // namespace tcpflow
