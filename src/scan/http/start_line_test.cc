#include "scan/http/start_line.h"

#include <gtest/gtest.h>

namespace tcpflow {
namespace {

// Where the first message begins, as "response 5" or "request 0", in pieces of any size.
std::string found(const std::string& text, bool mid_line, size_t piece) {
  StartLineSeeker seeker(mid_line);
  for (size_t at = 0; at < text.size(); at += piece) {
    const auto hit = seeker.add(as_bytes(std::string_view(text).substr(at, piece)));
    if (seeker.carried().size() >= StartLineSeeker::kMostCarried) return "too much carried";
    if (!hit) continue;
    const size_t begins = hit->carried > 0 ? at - hit->carried : at + hit->at;
    return (hit->is_response ? "response " : "request ") + std::to_string(begins);
  }
  return "nothing";
}

void expect(const std::string& text, const std::string& what, bool mid_line = false) {
  for (const size_t piece : {size_t{1}, size_t{2}, size_t{7}, size_t{1000}, text.size() + 1}) {
    EXPECT_EQ(found(text, mid_line, piece), what) << piece << ": " << text.substr(0, 80);
  }
}

TEST(StartLineSeeker, FindsStatusLinesAtTheBeginningOfALine) {
  expect("HTTP/1.1 200 OK\r\n", "response 0");
  expect("HTTP/1.0\t404\r\n", "response 0");
  expect("body\nHTTP/1.1 200", "response 5");
  expect("body HTTP/1.1 200 OK\r\n", "nothing");
  expect("HTTP/1.1 20", "nothing");
  expect("HTTP/1.x 200\nHTTP/1.\nHTTP/1.1 abc\nHTTP/1.1 200 OK", "response 34");
}

TEST(StartLineSeeker, FindsStatusLinesAnywhereBehindMissingOctets) {
  expect("body HTTP/1.1 200 OK\r\n", "response 5", true);
  expect("HTTP/1.HTTP/1.1 2HTTP/1.1 200", "response 17", true);
}

TEST(StartLineSeeker, FindsRequestLinesWithAMethodThatIsKnown) {
  expect("GET / HTTP/1.1\r\n", "request 0");
  expect("junk\r\nM-SEARCH * HTTP/1.1 \t\n", "request 6");
  expect("junk GET / HTTP/1.1\r\n", "nothing", true);
  expect("GET / HTTP/1.1x\r\nPUT /a b HTTP/1.0\r\n", "request 17");
  expect("GET / HTTP/2.0\r\n", "nothing");
  expect("GET /HTTP/1.1 HTTP/1.1\r\n", "request 0");
}

TEST(StartLineSeeker, FindsAFirstLineWithAMethodOfItsOwn) {
  expect("RPC_IN_DATA /rpc/rpcproxy.dll?a:6001 HTTP/1.1\r\n", "request 0");
  expect("X2-" + std::string(29, 'A') + " / HTTP/1.1\r\n", "request 0");
  expect("X2-" + std::string(30, 'A') + " / HTTP/1.1\r\n", "nothing");
  expect("FETCH / HTTP/1.1\r\n", "nothing", true);
  expect("FETCH HTTP/1.1\r\n", "nothing");
  expect("fetch / HTTP/1.1\r\n", "nothing");
  expect("2ND / HTTP/1.1\r\n", "nothing");
  expect("FETCH / RTSP/1.0\r\nFETCH / HTTP/1.1\r\n", "nothing");
  expect("\nFETCH / HTTP/1.1\r\n", "nothing");
}

TEST(StartLineSeeker, FindsNoLineThatIsTooLong) {
  const std::string path(StartLineSeeker::kMostCarried - 200, 'p');
  expect("\nGET /" + path + " HTTP/1.1\r\n", "request 1");
  expect("\nGET /" + path + path + " HTTP/1.1\r\nGET / HTTP/1.1\r\n",
         "request " + std::to_string(2 * path.size() + 17));
}

TEST(StartLineSeeker, CarriesLittleOfWhatIsNoStartLine) {
  StartLineSeeker seeker(false);
  const std::string text(100'000, 'x');
  EXPECT_FALSE(seeker.add(as_bytes(text)));
  EXPECT_EQ(seeker.carried(), "");
  EXPECT_FALSE(seeker.add(as_bytes(std::string_view("\nGET /x"))));
  EXPECT_EQ(seeker.carried(), "GET /x");
}

}  // namespace
}  // namespace tcpflow
