#include "scan/http/http_scanner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "scan/http/http_test_support.h"
#include "scan/http/test_encodings.h"

namespace tcpflow::test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Lines = std::vector<std::string>;

constexpr char kGet[] = "GET /a.html HTTP/1.1\r\nHost: h\r\n\r\n";

// A response with this body and its length.
std::string ok(const std::string& body, const std::string& fields = "") {
  return "HTTP/1.1 200 OK\r\n" + fields + "Content-Length: " + std::to_string(body.size()) +
         "\r\n\r\n" + body;
}

std::string chunked(const std::string& chunks) {
  return "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks;
}

std::string coded(const std::string& coding, const std::string& body) {
  return ok(body, "Content-Encoding: " + coding + "\r\n");
}

// Of a server that answers one request.
Heard answer(const std::string& text, const Hearing& hearing = {}) {
  return hear({client(kGet), server(text)}, hearing);
}

ObjectEnd end_of(const Heard& heard) {
  return heard.of_server().empty() ? ObjectEnd::limit : heard.of_server().front().end;
}

std::string form(const std::string& parts) {
  return "POST / HTTP/1.1\r\nContent-Type: multipart/form-data; boundary=B\r\nContent-Length: " +
         std::to_string(parts.size()) + "\r\n\r\n" + parts;
}

TEST(HttpScanner, MakesAnObjectOfEachBodyAndSaysWhatItIs) {
  const Heard heard = answer(ok("hello", "Content-Type: text/html; charset=x\r\n") + ok("you"));
  EXPECT_THAT(heard.objects, ElementsAre("S-HTTPBODY-001.html=hello", "S-HTTPBODY-002=you"));
  ASSERT_EQ(heard.of_server().size(), 2u);
  const ObjectRecord& one = heard.of_server().front();
  EXPECT_EQ(one.suffix, "-HTTPBODY-001.html");
  EXPECT_EQ(one.offset, ok("hello", "Content-Type: text/html; charset=x\r\n").size() - 5);
  EXPECT_EQ(one.wire_size, 5u);
  EXPECT_EQ(one.size, 5u);
  EXPECT_EQ(one.end, ObjectEnd::complete);
  EXPECT_EQ(one.start_line, "GET /a.html HTTP/1.1");
  EXPECT_EQ(one.host, "h");
  EXPECT_EQ(one.status, 200u);
  EXPECT_EQ(one.declared_type, "text/html; charset=x");
  EXPECT_EQ(one.md5, "5d41402abc4b2a76b9719d911017c592");
  EXPECT_EQ(one.sha256, "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824");
  EXPECT_EQ(heard.of_server()[1].start_line, "") << "nobody asked";
  EXPECT_EQ(one.start, make_time(1'500'000'000, 2000));
  EXPECT_EQ(one.last, make_time(1'500'000'000, 2000));
  EXPECT_TRUE(heard.lists[0].is_told || heard.of_client().empty());
}

TEST(HttpScanner, MatchesPipelinedRequestsWithTheirResponses) {
  Talk talk = {client("GET /1 HTTP/1.1\r\n\r\nGET /2 HTTP/1.1\r\n\r\nGET /3 HTTP/1.1\r\n\r\n"),
               server(ok("a") + "HTTP/1.1 100 Continue\r\n\r\n" + ok("b") + ok("c"))};
  const Heard heard = hear(talk);
  EXPECT_THAT(heard.objects,
              ElementsAre("S-HTTPBODY-001=a", "S-HTTPBODY-003=b", "S-HTTPBODY-004=c"));
  EXPECT_THAT(heard.mentions, ElementsAre("S-HTTPBODY-002"));
  ASSERT_EQ(heard.of_server().size(), 3u);
  EXPECT_EQ(heard.of_server()[1].start_line, "GET /2 HTTP/1.1");
  EXPECT_EQ(heard.of_server()[2].start_line, "GET /3 HTTP/1.1");
}

TEST(HttpScanner, KnowsResponsesThatShouldHaveNoBody) {
  const Talk head = {client("HEAD / HTTP/1.1\r\n\r\n"), client(kGet),
                     server("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n" + ok("b"))};
  EXPECT_THAT(hear(head).objects, ElementsAre("S-HTTPBODY-002=b"));
  const Talk head_in_chunks = {client("HEAD / HTTP/1.1\r\n\r\n"), client(kGet),
                               server(chunked("") + ok("b"))};
  EXPECT_THAT(hear(head_in_chunks).objects, ElementsAre("S-HTTPBODY-002=b"));
  EXPECT_THAT(hear(head_in_chunks, in_pieces(1)).objects, ElementsAre("S-HTTPBODY-002=b"));
  for (const char* status : {"204 No", "304 Not Modified", "100 Continue", "103 Early"}) {
    std::string text = "HTTP/1.1 ";
    text.append(status).append("\r\nContent-Length: 8\r\n\r\n");
    EXPECT_THAT(answer(text + ok("b")).objects, ElementsAre("S-HTTPBODY-002=b")) << status;
    EXPECT_THAT(answer(text + "abcdefgh" + ok("b")).objects,
                ElementsAre("S-HTTPBODY-001=abcdefgh", "S-HTTPBODY-002=b"))
        << status << ": what really follows is a body";
  }
  EXPECT_THAT(answer("HTTP/1.1 204 No\r\nContent-Length: 4\r\n\r\nHTTP").objects,
              ElementsAre("S-HTTPBODY-001=HTTP"));
  EXPECT_THAT(answer("HTTP/1.1 204 No\r\nContent-Length: 9\r\n\r\nHTTP", in_pieces(1)).objects,
              ElementsAre("S-HTTPBODY-001=HTTP"));
}

TEST(HttpScanner, LooksForHttpBehindConnectAndForNothingBehindUpgrades) {
  const Talk proxy = {client("CONNECT h:80 HTTP/1.1\r\n\r\n"), server("HTTP/1.1 200 OK\r\n\r\n"),
                      client(kGet), server(ok("inside"))};
  EXPECT_THAT(hear(proxy).objects, ElementsAre("S-HTTPBODY-002=inside"));
  const Talk upgrade = {client("GET / HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n"),
                        server("HTTP/1.1 101 Go\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n"),
                        client(kGet), server(ok("inside"))};
  EXPECT_THAT(hear(upgrade).objects, IsEmpty());
}

TEST(HttpScanner, TakesTheRestOfARequestWhoseUpgradeIsGranted) {
  const Talk talk = {client("POST / HTTP/1.1\r\nContent-Length: 4\r\nUpgrade: x\r\n\r\nab"),
                     server("HTTP/1.1 101 Go\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n"),
                     client("cd")};
  EXPECT_THAT(hear(talk).objects, ElementsAre("C-HTTPBODY-001=abcd"));
}

TEST(HttpScanner, ReadsChunksHoweverTheirLinesLook) {
  for (const size_t size : {size_t{1}, size_t{2}, size_t{1000}}) {
    const Hearing hearing = in_pieces(size);
    EXPECT_THAT(answer(chunked("5\r\nhello\r\n0\r\nX-T: v\r\n\r\n") + ok("b"), hearing).objects,
                ElementsAre("S-HTTPBODY-001=hello", "S-HTTPBODY-002=b"));
    EXPECT_THAT(
        answer(chunked("5; foobar\r\nhello\r\n0;x=\"y\"\r\n\r\n") + ok("b"), hearing).objects,
        ElementsAre("S-HTTPBODY-001=hello", "S-HTTPBODY-002=b"));
    EXPECT_THAT(
        answer(chunked("10  \r\n0123456789abcdef\r\n0  \r\n\r\n") + ok("b"), hearing).objects,
        ElementsAre("S-HTTPBODY-001=0123456789abcdef", "S-HTTPBODY-002=b"));
    EXPECT_THAT(answer(chunked("2\r\nab\r\n 03 \r\ncde\r\n0\r\n\r\n") + ok("b"), hearing).objects,
                ElementsAre("S-HTTPBODY-001=abcde", "S-HTTPBODY-002=b"));
  }
}

TEST(HttpScanner, BearsWithTrailersThatAreNone) {
  for (const size_t size : {size_t{1}, size_t{1000}}) {
    const Heard heard =
        answer(chunked("2\r\nab\r\n0\r\na b: c\r\n bad\x01\r\n\r\n") + ok("b"), in_pieces(size));
    EXPECT_THAT(heard.objects, ElementsAre("S-HTTPBODY-001=ab", "S-HTTPBODY-002=b"));
    EXPECT_EQ(end_of(heard), ObjectEnd::complete);
  }
}

TEST(HttpScanner, EndsAnObjectWhereItsChunksAreNone) {
  for (const size_t size : {size_t{1}, size_t{1000}}) {
    const Heard heard = answer(chunked("2\r\nab\r\nzz\r\n") + ok("b"), in_pieces(size));
    EXPECT_THAT(heard.objects, ElementsAre("S-HTTPBODY-001=ab", "S-HTTPBODY-002=b"));
    EXPECT_EQ(end_of(heard), ObjectEnd::malformed);
    EXPECT_THAT(answer(chunked("2\r\nab\r\n") + ok("b"), in_pieces(size)).objects,
                ElementsAre("S-HTTPBODY-001=ab", "S-HTTPBODY-002=b"));
  }
}

TEST(HttpScanner, SaysHowABodyThatRunsToTheEndEnded) {
  const std::string text = "HTTP/1.0 200 OK\r\n\r\nhello";
  Hearing hearing;
  EXPECT_EQ(end_of(answer(text, hearing)), ObjectEnd::complete);
  hearing.server_end = HalfEnd::reset;
  EXPECT_EQ(end_of(answer(text, hearing)), ObjectEnd::reset);
  hearing.server_end = HalfEnd::open;
  EXPECT_EQ(end_of(answer(text, hearing)), ObjectEnd::open);
  hearing.server_end = HalfEnd::fin_gap;
  EXPECT_EQ(end_of(answer(text, hearing)), ObjectEnd::gap);
  hearing.server_end = HalfEnd::fin;
  EXPECT_EQ(end_of(answer("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello")), ObjectEnd::open);
}

TEST(HttpScanner, FindsTheNextMessageWhereTheCaptureBeginsInTheMiddle) {
  for (const size_t size : {size_t{1}, size_t{3}, size_t{1000}}) {
    Hearing hearing = in_pieces(size);
    hearing.has_syn = false;
    const Talk talk = {client("1\r\nrest\r\n" + std::string(kGet)),
                       server("restHTTP/1." + ok("a"))};
    EXPECT_THAT(hear(talk, hearing).objects, ElementsAre("S-HTTPBODY-001=a"));
  }
}

TEST(HttpScanner, GoesOnBehindAHoleInABodyWithALength) {
  const Talk talk = {client(kGet), server("HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nab"),
                     server_gap(3), server("fgh" + ok("b"))};
  const Heard heard = hear(talk);
  EXPECT_THAT(heard.objects,
              ElementsAre(std::string("S-HTTPBODY-001=ab\0\0\0fgh", 23), "S-HTTPBODY-002=b"));
  EXPECT_EQ(end_of(heard), ObjectEnd::gap);
  EXPECT_EQ(heard.of_server().front().size, 8u);
  EXPECT_EQ(heard.of_server().front().wire_size, 5u);
  EXPECT_EQ(heard.of_server().front().md5, "");
}

TEST(HttpScanner, TakesAHoleAtTheEndOfABodyForAHole) {
  for (const uint64_t missing : {uint64_t{1}, uint64_t{3}}) {
    const std::string there(8 - missing, 'x');
    const Talk talk = {client(kGet), server("HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\n" + there),
                       server_gap(missing), server(ok("b"))};
    const Heard heard = hear(talk);
    ASSERT_EQ(heard.stored.size(), 2u);
    EXPECT_EQ(heard.stored[0].size, 8u);
    EXPECT_EQ(heard.stored[0].missing, missing);
    EXPECT_EQ(end_of(heard), ObjectEnd::gap);
    EXPECT_EQ(heard.of_server().front().wire_size, 8 - missing);
    EXPECT_EQ(heard.of_server().front().md5, "");
  }
}

TEST(HttpScanner, KnowsWhereABodyStandsThatIsAllMissing) {
  const std::string head = "HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\n";
  const Heard heard = hear({client(kGet), server(head), server_gap(8), server(ok("b"))});
  ASSERT_EQ(heard.of_server().size(), 2u);
  EXPECT_EQ(heard.of_server()[0].offset, head.size());
  EXPECT_EQ(heard.of_server()[0].size, 8u);
  EXPECT_EQ(heard.of_server()[0].wire_size, 0u);
  EXPECT_EQ(heard.of_server()[0].end, ObjectEnd::gap);
  EXPECT_EQ(heard.of_server()[0].found_type, "");
  EXPECT_EQ(heard.of_server()[0].last, heard.of_server()[0].start);
  EXPECT_EQ(heard.objects.back(), "S-HTTPBODY-002=b");
}

TEST(HttpScanner, GoesOnBehindAHoleInAChunk) {
  const Talk talk = {client(kGet), server(chunked("8\r\nab")), server_gap(6),
                     server("\r\n0\r\n\r\n" + ok("b"))};
  const Heard heard = hear(talk);
  ASSERT_EQ(heard.stored.size(), 2u);
  EXPECT_EQ(heard.stored[0].missing, 6u);
  EXPECT_EQ(heard.objects.back(), "S-HTTPBODY-002=b");
  EXPECT_EQ(end_of(heard), ObjectEnd::gap);
}

TEST(HttpScanner, LooksForTheNextMessageBehindAHoleElsewhere) {
  const Talk over_the_end = {client(kGet), server("HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nab"),
                             server_gap(7), server("-Date: x\r\n\r\nzz" + ok("b"))};
  const Heard heard = hear(over_the_end);
  EXPECT_THAT(heard.objects, ElementsAre("S-HTTPBODY-001=ab", "S-HTTPBODY-002=b"));
  EXPECT_EQ(end_of(heard), ObjectEnd::gap);
  const Talk in_head = {client(kGet), server("HTTP/1.1 200 OK\r\nConte"), server_gap(5),
                        server("x\r\n\r\n" + ok("b"))};
  EXPECT_THAT(hear(in_head).objects, ElementsAre("S-HTTPBODY-001=b"));
}

TEST(HttpScanner, DoesNotTakeWhatFollowsAHoleForTheFirstOctetsOfAnAnswer) {
  const Talk talk = {server_gap(10), client(kGet), server("rest of a body\r\n" + ok("b"))};
  EXPECT_THAT(hear(talk).objects, ElementsAre("S-HTTPBODY-001=b"));
}

TEST(HttpScanner, FindsTheRequestsOfResponsesAgainBehindAHole) {
  Talk talk = {client("GET /1 HTTP/1.1\r\n\r\n"), client("GET /2 HTTP/1.1\r\n\r\n"),
               server_gap(100), server(ok("b"))};
  for (const char* line : {"GET /3 HTTP/1.1", "GET /4 HTTP/1.1"}) {
    talk.push_back(client(std::string(line) + "\r\n\r\n"));
    talk.push_back(server(ok(line)));
  }
  const Heard heard = hear(talk);
  ASSERT_EQ(heard.of_server().size(), 3u);
  EXPECT_EQ(heard.of_server()[0].start_line, "") << "it may be that of either";
  EXPECT_EQ(heard.of_server()[1].start_line, "GET /3 HTTP/1.1");
  EXPECT_EQ(heard.of_server()[2].start_line, "GET /4 HTTP/1.1");
}

TEST(HttpScanner, TakesWhatIsNoResponseForAnAnswerOfHttp09) {
  for (const size_t size : {size_t{1}, size_t{3}, size_t{1000}}) {
    EXPECT_THAT(answer("<html>old</html>", in_pieces(size)).objects,
                ElementsAre("S-HTTPBODY-001=<html>old</html>"));
    const Heard heard = answer("Hello", in_pieces(size));
    EXPECT_THAT(heard.objects, ElementsAre("S-HTTPBODY-001=Hello"));
    EXPECT_EQ(heard.of_server().front().offset, 0u);
    EXPECT_EQ(end_of(heard), ObjectEnd::complete);
    EXPECT_THAT(answer("HTTP is fine", in_pieces(size)).objects,
                ElementsAre("S-HTTPBODY-001=HTTP is fine"));
  }
}

TEST(HttpScanner, KeepsWhatAServerSendsToNobodyBehindItsResponse) {
  for (const size_t size : {size_t{1}, size_t{3}, size_t{1000}}) {
    const Talk talk = {client("GET /\r\n"), server(ok("a") + "Hello\nHTTP/1.1 yes" + ok("b"))};
    const Heard heard = hear(talk, in_pieces(size));
    EXPECT_THAT(heard.objects, ElementsAre("S-HTTPBODY-001=a", "S-HTTPBODY-002=Hello\nHTTP/1.1 yes",
                                           "S-HTTPBODY-003=b"));
    EXPECT_EQ(heard.of_server()[1].end, ObjectEnd::malformed);
  }
}

TEST(HttpScanner, LendsWhatLiesInTheBatchAndNothingElse) {
  const std::string plain(3000, 'p');
  const Heard heard = answer(ok(plain));
  ASSERT_EQ(heard.stored.size(), 1u);
  EXPECT_EQ(heard.stored[0].lent, plain.size());
  const Heard packed =
      answer(coded("gzip", tcpflow::testing::deflated(plain, tcpflow::testing::kGzipBits)));
  ASSERT_EQ(packed.stored.size(), 1u);
  EXPECT_EQ(packed.stored[0].size, plain.size());
  EXPECT_EQ(packed.stored[0].lent, 0u);
}

TEST(HttpScanner, UnpacksBodies) {
  using namespace tcpflow::testing;
  const std::string plain(3000, 'p');
  const std::string object = "S-HTTPBODY-001=" + plain;
  for (const size_t size : {size_t{1}, size_t{7}, size_t{100'000}}) {
    const Hearing hearing = in_pieces(size);
    const auto of = [&](const std::string& coding, const std::string& body) {
      return answer(coded(coding, body), hearing).objects;
    };
    EXPECT_THAT(of("gzip", deflated(plain, kGzipBits)), ElementsAre(object));
    EXPECT_THAT(of("X-GZIP", deflated(plain, kGzipBits)), ElementsAre(object));
    EXPECT_THAT(of("deflate", deflated(plain, kZlibBits)), ElementsAre(object));
    EXPECT_THAT(of("deflate", deflated(plain, kRawBits)), ElementsAre(object));
    EXPECT_THAT(of("br", tcpflow::testing::brotli(plain)), ElementsAre(object));
    EXPECT_THAT(of("zstd", zstd(plain)), ElementsAre(object));
    EXPECT_THAT(of("deflate, gzip", deflated(deflated(plain, kZlibBits), kGzipBits)),
                ElementsAre(object));
    EXPECT_THAT(of("unknown", plain), ElementsAre(object));
  }
}

TEST(HttpScanner, StoresWhatIsNotPackedAsItIs) {
  using namespace tcpflow::testing;
  for (const char* coding : {"gzip", "deflate", "br", "zstd", "gzip, br", "br, zstd"}) {
    for (const std::string& plain :
         {std::string("ok"), std::string(300, 'p'), std::string("\x0f")}) {
      for (const size_t size : {size_t{1}, size_t{50}, size_t{100'000}}) {
        const Heard heard = answer(coded(coding, plain) + ok("b"), in_pieces(size));
        EXPECT_THAT(heard.objects, ElementsAre("S-HTTPBODY-001=" + plain, "S-HTTPBODY-002=b"))
            << coding;
        EXPECT_EQ(end_of(heard), ObjectEnd::coding);
      }
    }
  }
  const std::string packed = deflated(std::string(900, 'p'), kGzipBits);
  EXPECT_THAT(answer(coded("gzip, gzip", packed)).objects,
              ElementsAre("S-HTTPBODY-001=" + std::string(900, 'p')));
}

TEST(HttpScanner, FallsBackInTheSamePlaceWhateverThePieces) {
  std::string corrupt =
      tcpflow::testing::deflated(std::string(20, 'p'), tcpflow::testing::kGzipBits);
  corrupt.resize(10);  // its header
  corrupt[3] = 0x10;   // a comment follows
  corrupt.append(4500, 'c').append(1, '\0').append("\xff\xff\xff\xff");
  const std::string whole = answer(coded("gzip", corrupt)).facts();
  for (const size_t size : {size_t{1}, size_t{3000}, size_t{4096}, size_t{4100}}) {
    EXPECT_EQ(answer(coded("gzip", corrupt), in_pieces(size)).facts(), whole) << size;
  }
}

TEST(HttpScanner, KeepsPackedBodiesIfAsked) {
  const std::string packed = tcpflow::testing::deflated("plain", tcpflow::testing::kGzipBits);
  Hearing hearing;
  hearing.options.keeps_packed = true;
  const Heard heard = answer(coded("gzip", packed), hearing);
  EXPECT_THAT(heard.objects, ElementsAre("S-HTTPBODY-001=" + packed));
  EXPECT_EQ(end_of(heard), ObjectEnd::complete);
}

TEST(HttpScanner, TakesFormsApart) {
  const std::string parts =
      "--B\r\nContent-Disposition: form-data; name=a\r\n\r\none\r\n"
      "--B\r\nContent-Disposition: form-data; name=f; filename=\"x/pic.png\"\r\n"
      "Content-Type: image/png\r\n\r\ntwo\r\n--B--\r\n";
  Heard heard = hear({client(form(parts))});
  const Lines plain = {"C-HTTPBODY-001=" + parts, "C-HTTPBODY-001-001=one",
                       "C-HTTPBODY-001-002.png=two"};
  EXPECT_EQ(heard.objects, plain);
  ASSERT_EQ(heard.of_client().size(), 3u);
  EXPECT_EQ(heard.of_client()[1].offset, form(parts).find("one"));
  EXPECT_EQ(heard.of_client()[2].wire_size, 3u);
  EXPECT_EQ(heard.of_client()[2].declared_type, "image/png");
  EXPECT_EQ(heard.of_client()[2].end, ObjectEnd::complete);
  Hearing named;
  named.options.has_own_names = true;
  heard = hear({client(form(parts))}, named);
  EXPECT_EQ(heard.objects.back(), "C-HTTPBODY-001-002-pic.png=two");
}

TEST(HttpScanner, SaysWhyAPartIsNotWhole) {
  const std::string parts = "--B\r\n\r\nonetwo\r\n--B--\r\n";
  const std::string text = form(parts);
  const size_t cut = text.find("two");
  const Heard gap =
      hear({client(text.substr(0, cut)), client_gap(3), client(text.substr(cut + 3))});
  ASSERT_EQ(gap.of_client().size(), 2u);
  EXPECT_EQ(gap.of_client()[0].end, ObjectEnd::gap);
  EXPECT_EQ(gap.of_client()[0].size, parts.size());
  EXPECT_EQ(gap.of_client()[1].end, ObjectEnd::gap);
  Hearing hearing;
  hearing.client_end = HalfEnd::reset;
  const Heard reset = hear({client(text.substr(0, cut))}, hearing);
  ASSERT_EQ(reset.of_client().size(), 2u);
  EXPECT_EQ(reset.of_client()[1].end, ObjectEnd::reset);
}

TEST(HttpScanner, GivesObjectsTheirOwnNamesIfAsked) {
  Hearing hearing;
  hearing.options.has_own_names = true;
  const std::string given = "Content-Disposition: attachment; filename=\"../re port.pdf\"\r\n";
  EXPECT_THAT(answer(ok("x", given) + ok("y", "Content-Type: text/html\r\n"), hearing).objects,
              ElementsAre("S-HTTPBODY-001-re port.pdf=x", "S-HTTPBODY-002.html=y"));
  EXPECT_THAT(answer(ok("x", "Content-Type: text/plain\r\n"), hearing).objects,
              ElementsAre("S-HTTPBODY-001-a.html=x"));
}

TEST(HttpScanner, LooksAtNothingBehindTheByteLimitAndSaysSo) {
  const std::string text = "HTTP/1.0 200 OK\r\n\r\nhello";
  for (const size_t size : {size_t{1}, size_t{1000}}) {
    Hearing hearing = in_pieces(size);
    hearing.options.byte_limit = text.size() - 2;
    Heard heard = answer(text, hearing);
    EXPECT_THAT(heard.objects, ElementsAre("S-HTTPBODY-001=hel"));
    EXPECT_EQ(end_of(heard), ObjectEnd::limit);
    hearing.options.byte_limit = text.size();
    EXPECT_EQ(end_of(answer(text, hearing)), ObjectEnd::complete);
    hearing.options.byte_limit = UINT64_MAX;
    hearing.options.most_per_half = text.size() - 2;
    heard = answer(text, hearing);
    EXPECT_THAT(heard.objects, ElementsAre("S-HTTPBODY-001=hel"));
    EXPECT_EQ(end_of(heard), ObjectEnd::limit);
    EXPECT_EQ(heard.cuts[1], ScanCut::per_half);
    hearing.options.most_per_half = text.size();
    EXPECT_EQ(answer(text, hearing).cuts[1], ScanCut::none);
  }
}

TEST(HttpScanner, ListsNoMoreThanItsLimits) {
  Hearing hearing;
  hearing.options.limits.objects_listed = 2;
  Heard heard = answer(ok("a") + ok("b") + ok("c") + ok("d"), hearing);
  EXPECT_EQ(heard.objects.size(), 4u);
  EXPECT_EQ(heard.of_server().size(), 2u);
  EXPECT_EQ(heard.lists[1].not_listed, 2u);
  hearing.options.limits.objects_listed = 100;
  hearing.options.limits.listed = 1700;
  heard = answer(ok("a", "Content-Type: " + std::string(900, 't') + "\r\n") + ok("b") + ok("c"),
                 hearing);
  EXPECT_EQ(heard.of_server().size(), 1u);
  EXPECT_EQ(heard.lists[1].not_listed, 2u);
}

TEST(HttpScanner, LooksThroughNoMoreThanItsLimitForAFirstMessage) {
  Hearing hearing;
  hearing.options.limits.seek = 100;
  for (const size_t size : {size_t{1}, size_t{64}, size_t{100'000}}) {
    hearing.next_piece = [size] { return size; };
    EXPECT_THAT(hear({server(std::string(50, 'x') + "\n" + ok("a"))}, hearing).objects,
                ElementsAre("S-HTTPBODY-001=a"));
    const Heard heard = hear({server(std::string(100, 'x') + "\n" + ok("a"))}, hearing);
    EXPECT_THAT(heard.objects, IsEmpty()) << size;
    EXPECT_FALSE(heard.lists[1].is_told);
  }
}

TEST(HttpScanner, GivesUpAHeadBeyondItsLimit) {
  Hearing hearing;
  hearing.options.limits.head_octets = 4096;
  const std::string many(5000, 'a');
  const Lines heads = {"HTTP/1.1 200 " + many,
                       "HTTP/1.1 200 OK\r\nX:" + std::string(5000, ' '),
                       "HTTP/1.1 200 OK\r\nX: " + many,
                       "HTTP/1.1 200 OK\r\n" + many,
                       "HTTP/1.1 200 OK\r\nbad field: " + many,
                       "HTTP/1.1  200 " + many};
  for (const std::string& head : heads) {
    const std::string text = head + "\r\nContent-Length: 3\r\n\r\nabc\r\n" + ok("b");
    const Heard whole = answer(text, hearing);
    EXPECT_THAT(whole.objects, ElementsAre("S-HTTPBODY-001=b")) << head.substr(0, 30);
    Hearing cut = hearing;
    cut.next_piece = [] { return size_t{1}; };
    EXPECT_EQ(answer(text, cut).facts(), whole.facts()) << head.substr(0, 30);
  }
}

// What may stand between anything.
const Lines& odds() {
  static const Lines lines = {
      ok("hello", "Content-Type: text/html\r\n"),
      "\r\n\r\n" + ok("HTTP/1.1 200 OK\r\n\r\n"),
      chunked("5\r\nhello\r\n0\r\n\r\n"),
      chunked("5; foobar\r\nhello\r\n1f  \r\n0123456789abcdef0123456789abcde\r\n0\r\nA: b\r\n\r\n"),
      chunked("5\r\nhelloX\r\n"),
      chunked(""),
      "HTTP/1.1 304 Not\r\nContent-Length: 77\r\n\r\n",
      "HTTP/1.1 204 No\r\n\r\n",
      "HTTP/1.1 100 Continue\r\n\r\n",
      "HTTP/1.1 200 OK\rContent-Length : 3\r\nno colon\r\n\r\nabc",
      "HTTP/1.1 200 OK\r\nContent-Length: 3 and more\r\n\r\nabc",
      "HTTP/1.1 OK\r\nContent-Length: 3\r\n\r\nabc",
      coded("gzip", tcpflow::testing::deflated("plain text", tcpflow::testing::kGzipBits)),
      coded("gzip", "not packed at all"),
      coded("br", "HTTP/1.1"),
      "garbage HTTP/1.1 2",
      "\n\n\r\n",
      "HTTP/1.1 101 Maybe\r\n\r\n",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked;\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
  };
  return lines;
}

const Lines& questions() {
  static const Lines lines = {
      kGet,
      "HEAD / HTTP/1.1\r\n\r\n",
      "POST /x HTTP/1.0\r\nContent-Length: 5\r\n\r\nhello",
      "POST /x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
      form("--B\r\nContent-Type: text/plain\r\n\r\none\r\n--B\r\n\r\ntwo\r\n--B--"),
      "GET /a b HTTP/1.1\r\nHost : h\r\n\r\n",
      "\r\nGET /blank HTTP/1.1 \r\n\r\n",
      "garbage\r\n",
  };
  return lines;
}

std::string told(const Talk& talk) {
  std::string text;
  for (const Sent& sent : talk) {
    text.append(sent.from == Direction::originator ? "\nC " : "\nS ").append(sent.text);
    if (sent.missing > 0) text.append(std::to_string(sent.missing)).append(" missing");
  }
  return text;
}

TEST(HttpScanner, FindsTheSameWhateverThePieces) {
  std::mt19937 random(20260101);
  const auto one_of = [&](const Lines& lines) { return lines[random() % lines.size()]; };
  for (int round = 0; round < 400; ++round) {
    Talk talk;
    Hearing whole;
    whole.has_syn = random() % 4 != 0;
    if (!whole.has_syn && random() % 2 == 0) talk.push_back(server("cut off\r\n"));
    for (size_t i = random() % 6 + 1; i > 0; --i) {
      talk.push_back(client(one_of(questions())));
      std::string answers = one_of(odds());
      for (size_t more = random() % 3; more > 0; --more) answers += one_of(odds());
      talk.push_back(server(answers));
      if (random() % 8 == 0) talk.push_back(server_gap(random() % 90 + 1));
    }
    const std::string facts = hear(talk, whole).facts();
    for (const size_t most : {size_t{1}, size_t{4}, size_t{40}}) {
      Hearing cut = whole;
      cut.next_piece = [&random, most]() -> size_t { return random() % most + 1; };
      ASSERT_EQ(hear(talk, cut).facts(), facts) << "round " << round << told(talk);
    }
  }
}

TEST(HttpScanner, FindsTheSameHoweverPipelinedHalvesAreMixed) {
  std::mt19937 random(7);
  for (int round = 0; round < 50; ++round) {
    Talk in_turn, asked_first;
    Talk answers;
    for (size_t i = 0; i < 5; ++i) {
      const Sent question = client("GET /" + std::to_string(random()) + " HTTP/1.1\r\n\r\n");
      const Sent reply = server(ok(std::string(random() % 9, 'b')));
      in_turn.insert(in_turn.end(), {question, reply});
      asked_first.push_back(question);
      answers.push_back(reply);
    }
    asked_first.insert(asked_first.end(), answers.begin(), answers.end());
    ASSERT_EQ(hear(in_turn).facts(), hear(asked_first).facts());
  }
}

TEST(HttpScanner, FindsTheRequestOfAResponseThatCameBeforeIt) {
  Sent late = client("GET /1 HTTP/1.1\r\n\r\n");
  late.is_late = true;
  const Talk talk = {server(ok("a")), late, client("GET /2 HTTP/1.1\r\n\r\n"), server(ok("b"))};
  const Heard heard = hear(talk);
  ASSERT_EQ(heard.of_server().size(), 2u);
  EXPECT_EQ(heard.of_server()[1].start_line, "GET /2 HTTP/1.1");
}

TEST(HttpScanner, KeepsLittleOfAMillionRequestsWithoutAnswer) {
  std::string many;
  for (int i = 0; i < 1000; ++i) many += "GET / HTTP/1.1\r\n\r\n";
  Talk talk(1000, client(many));
  talk.push_back(server(ok("a")));
  const Heard heard = hear(talk);
  ASSERT_EQ(heard.of_server().size(), 1u);
  EXPECT_EQ(heard.of_server()[0].start_line, "GET / HTTP/1.1");
}

TEST(HttpScanner, ReadsNoUdp) {
  HttpScanner scanner({}, nullptr);
  const std::unique_ptr<StreamConsumer> consumer = scanner.create();
  FakeFlow flow;
  HalfInfo half;
  half.transport = Transport::udp;
  consumer->on_start(flow);
  consumer->on_half_start(Direction::originator, half);
  const std::string text = ok("a");
  consumer->on_bytes(Direction::originator, 0, as_bytes(text), PacketRef{});
  consumer->on_half_end(Direction::originator, HalfEnd::open);
  FlowRecord record;
  consumer->on_end(FlowEnd::closed, record);
  EXPECT_FALSE(record.halves[0].output.objects.is_told);
}

}  // namespace
}  // namespace tcpflow::test
