#include "scan/http/head_mender.h"

#include <gtest/gtest.h>

namespace tcpflow {
namespace {

std::string mended(const std::string& head, bool is_response = true) {
  const std::optional<MendedHead> mended = mended_head(head, is_response);
  return mended ? mended->method + mended->text : "nothing";
}

TEST(HeadEnd, IsBehindTheFirstLineWithNothingInIt) {
  for (const std::string& head : {std::string("A: b\r\n\r\n"), std::string("A\n\n"),
                                  std::string("\r\n\nA\r\nB: c\r\r\n\r\r\n")}) {
    HeadScan whole;
    EXPECT_EQ(head_end(head + "body\n\n", whole), head.size());
    HeadScan scan;
    for (size_t size = 1; size < head.size(); ++size) {
      ASSERT_FALSE(head_end(std::string_view(head).substr(0, size), scan)) << head << size;
    }
    EXPECT_EQ(head_end(head, scan), head.size());
  }
}

TEST(MayBeHead, AsksHowItBegins) {
  EXPECT_TRUE(may_be_head("\r\nHTTP/1.1", true));
  EXPECT_FALSE(may_be_head("HTTP", true));
  EXPECT_TRUE(may_be_head("GET", false));
  EXPECT_FALSE(may_be_head("get", false));
  EXPECT_FALSE(may_be_head("\r\n", false));
}

TEST(MendedHead, IsWhatABrowserMakesOfIt) {
  EXPECT_EQ(mended("HTTP/1.1 200 OK\r\n\r\n"), "HTTP/1.1 200 \r\n\r\n");
  EXPECT_EQ(mended("HTTP/1.1 OK\n\n"), "HTTP/1.1 200 \r\n\r\n");
  EXPECT_EQ(mended("HTTP/1  404 x\rA:b\rC : d\r\n\r\n"), "HTTP/1.1 404 \r\nA: b\r\n\r\n");
  EXPECT_EQ(mended("HTTP/1.1 200\r\nA: b\x01"
                   "c\r\n d\r\nno colon\r\n lost\r\n\r\n"),
            "HTTP/1.1 200 \r\nA: b c d\r\n\r\n");
  EXPECT_EQ(mended("GET  /a b HTTP/1.1\r\n\r\n", false), "GET /a%20b HTTP/1.1\r\n\r\n");
  EXPECT_EQ(mended("GET /a\r\n\r\n", false), "GET /a HTTP/1.1\r\n\r\n");
  EXPECT_EQ(mended("GET /a\x01\xe4? HTTP/1.1\r\n\r\n", false), "GET /a%01%E4? HTTP/1.1\r\n\r\n");
  EXPECT_EQ(mended("RPC_IN_DATA /a HTTP/1.1\r\n\r\n", false),
            "RPC_IN_DATAPOST /a HTTP/1.1\r\n\r\n");
  EXPECT_EQ(mended("Hello to you\r\n\r\n", false), "Hello to%20you HTTP/1.1\r\n\r\n");
  EXPECT_EQ(mended("GET HTTP/1.1\r\n\r\n", false), "nothing");
  EXPECT_EQ(mended("", true), "nothing");
}

TEST(MendedHead, HasOneLengthThatIsANumber) {
  const std::string start = "HTTP/1.1 200 OK\r\n";
  const std::string good = "HTTP/1.1 200 \r\nContent-Length: 3\r\n\r\n";
  EXPECT_EQ(mended(start + "Content-Length: 3 bytes\r\n\r\n"), good);
  EXPECT_EQ(mended(start + "Content-Length: x\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\n"),
            good);
  EXPECT_EQ(mended(start + "Content-Length: 3,3 , 3\r\n\r\n"), good);
  for (const char* none : {"3,4", "3;3", "3,", "18446744073709551616", "-3"}) {
    EXPECT_EQ(mended(start + "Content-Length: " + none + "\r\n\r\n"), "HTTP/1.1 200 \r\n\r\n")
        << none;
  }
}

TEST(IsIdentity, IsSoWhereNothingElseIsNamed) {
  EXPECT_TRUE(is_identity("identity, Identity"));
  EXPECT_TRUE(is_identity(" , "));
  EXPECT_FALSE(is_identity("identity, gzip"));
  EXPECT_FALSE(is_identity("chunked"));
}

TEST(NamesChunked, FindsItAmongCodings) {
  EXPECT_TRUE(names_chunked("gzip, Chunked;"));
  EXPECT_FALSE(names_chunked("chunkedx, \"chunked\""));
}

TEST(MendedChunkSize, IsTheNumberInFront) {
  EXPECT_EQ(mended_chunk_size(" 1f  \r\n"), 0x1fu);
  EXPECT_EQ(mended_chunk_size("5; foobar\r\n"), 5u);
  EXPECT_EQ(mended_chunk_size("7fffffffffffffff\r\n"), uint64_t{INT64_MAX});
  for (const char* line :
       {"", "\r\n", "x5", "-5", "8000000000000000", "fffffffffffffffff", "0x5", "5g"}) {
    EXPECT_FALSE(mended_chunk_size(line)) << line;
  }
}

}  // namespace
}  // namespace tcpflow
