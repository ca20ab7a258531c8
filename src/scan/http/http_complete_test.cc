// A half that seems complete gives memory back, and loses nothing by it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scan/http/http_test_support.h"
#include "scan/http/message_parser.h"
#include "tests/support/counted_new.h"

namespace tcpflow::test {
namespace {

constexpr char kGet[] = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";
constexpr char kOk[] = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody";
constexpr char kChunks[] =
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\nA: b\r\n\r\n";

TEST(CompleteHalf, FindsTheSameWhateverSeemsComplete) {
  const std::vector<Talk> talks = {
      {client(kGet), server(kOk), client(kGet), server(kOk)},
      {client(kGet), server(kOk), server_gap(9), server(kOk)},
      {client(kGet), server(kChunks), client_gap(7), client(kGet), server(kChunks)},
      {client(kGet), server(kOk), server("\r\n\r\n"), server(kChunks)},
      {client(kGet), server(kOk), server("no message\r\n"), server(kOk)},
      {client("CONNECT h:80 HTTP/1.1\r\n\r\nHTTP/1.0 304 Not\r\n\r\n"), client(kGet)},
      {client("CONNECT h:80 HTTP/1.1\r\n\r\n"), server("HTTP/1.1 200 OK\r\n\r\n"), server(kOk)},
      {server(kOk), server(kOk), client(kGet)},
      {client("GET /\r\n"), server("no head"), server(kOk)},
      {client(kGet), server("HTTP without a head"), server(kOk), server("more")},
      {client(kGet), server("none"), server_gap(5), server("HTTP/1.1 2"), server("00 OK\r\n\r\n")},
  };
  for (const Talk& talk : talks) {
    for (const size_t size : {size_t{1}, size_t{7}, size_t{1000}}) {
      Hearing hearing = in_pieces(size);
      const std::string facts = hear(talk, hearing).facts();
      hearing.seems_complete = true;
      EXPECT_EQ(hear(talk, hearing).facts(), facts) << talk.back().text << " by " << size;
    }
  }
}

TEST(CompleteHalf, TakesLittleWhileItsConnectionLingers) {
  MemoryObjects memory;
  HttpScanner scanner(HttpOptions{}, &memory);
  const Hearing hearing;
  Speaker speaker(scanner, hearing);
  speaker.say(client(kGet));
  speaker.say(server(kOk));
  const size_t before = octets_allocated();
  speaker.complete();
  EXPECT_LE(octets_allocated() + 2 * sizeof(MessageParser), before);
  speaker.end();
}

}  // namespace
}  // namespace tcpflow::test
