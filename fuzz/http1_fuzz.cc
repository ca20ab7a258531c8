// A connection of HTTP/1. Input: a mode, then operations: an octet with who sends (bit 0), whether
// it is missing (bit 1) and the high bits of a length, an octet with the low bits, and the bytes.
// Octets from 0xe0 on stand for pieces of messages, which a mutation hardly finds. What comes out
// must not depend on the pieces, on a screen or on what seems complete, be what the records say,
// and bear a proportion to what went in.
#include <array>
#include <cstdio>
#include <string>
#include <string_view>

#include "scan/http/http_test_support.h"
#include "tests/support/require.h"

namespace tcpflow {
namespace {

using test::require;

constexpr std::array<std::string_view, 31> kPieces = {
    "GET /a HTTP/1.1\r\n",
    "POST /b.txt HTTP/1.1\r\n",
    "HEAD / HTTP/1.0\r\n",
    "CONNECT h:80 HTTP/1.1\r\n",
    "HTTP/1.1 200 OK\r\n",
    "HTTP/1.0 304 Not\r\n",
    "HTTP/1.1 100 Go\r\n",
    "HTTP/1.1 101 Go\r\n",
    "Host: h\r\n",
    "Content-Length: 8\r\n",
    "Content-Length: 0\r\n",
    "Content-Length: 3 x\r\n",
    "Transfer-Encoding: chunked\r\n",
    "Transfer-Encoding: chunked;\r\n",
    "Content-Type: multipart/form-data; boundary=B\r\n",
    "Content-Type: text/html\r\n",
    "Content-Encoding: gzip\r\n",
    "Content-Encoding: gzip, br\r\n",
    "Content-Encoding: deflate\r\n",
    "Connection: Upgrade\r\nUpgrade: x\r\n",
    "Content-Disposition: form-data; filename=f\r\n",
    "\r\n",
    "\r\n\r\n",
    "5; x\r\nhello\r\n",
    "3\r\nabc\r\n",
    "1f  \r\n",
    "0\r\n\r\n",
    "0\r\nA: b\r\n",
    "\r\n--B\r\n",
    "HTTP/1.",
    "\x1f\x8b\x08",
};

std::string expanded(Bytes bytes) {
  std::string text;
  for (const uint8_t octet : bytes) {
    if (octet < 0xe0 || octet == 0xff) {
      text += static_cast<char>(octet);
    } else {
      text += kPieces[octet - 0xe0];
    }
  }
  return text;
}

test::Talk talk_of(Bytes bytes) {
  test::Talk talk;
  while (bytes.size() >= 2) {
    const size_t length = size_t{bytes[0]} >> 4 << 8 | bytes[1];
    test::Sent sent;
    sent.from = (bytes[0] & 1) != 0 ? Direction::responder : Direction::originator;
    const bool is_gap = (bytes[0] & 2) != 0;
    bytes = bytes.subspan(2);
    if (is_gap) {
      sent.missing = length + 1;
    } else {
      const Bytes mine = bytes.first(std::min(length, bytes.size()));
      sent.text = expanded(mine);
      bytes = bytes.subspan(mine.size());
    }
    talk.push_back(std::move(sent));
  }
  return talk;
}

// What is stored is what the records say, and every object has ended.
void check(const test::Heard& heard, const test::Talk& talk) {
  uint64_t sent = 0;
  for (const test::Sent& one : talk) sent += one.text.size() + one.missing;
  uint64_t stored = 0;
  for (const test::StoredObject& object : heard.stored) {
    require(object.ends == 1 && object.size > 0);
    stored += object.size;
  }
  require(heard.stored.size() <= sent);
  // A body and its parts; deflate makes at most 1032 octets of one, and two of that may be stacked.
  require(stored <= 2 * sent + (uint64_t{64} << 20));
  std::array<size_t, 2> places{};
  for (const test::StoredObject& object : heard.stored) {
    const size_t half = object.name.front() == 'C' ? 0 : 1;
    const ObjectList& list = heard.lists[half];
    require(list.is_told && places[half] < list.objects.size());
    const ObjectRecord& record = list.objects[places[half]++];
    require(object.name.substr(1) == record.suffix && object.size == record.size);
    require(record.md5.empty() == (object.missing > 0));
    require(object.missing == 0 || record.end != ObjectEnd::complete);
  }
  require(places[0] == heard.lists[0].objects.size());
  require(places[1] == heard.lists[1].objects.size());
}

}  // namespace
}  // namespace tcpflow

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace tcpflow;
  if (size < 2) return 0;
  test::Hearing hearing;
  hearing.has_syn = (data[0] & 1) == 0;
  hearing.options.keeps_packed = (data[0] & 2) != 0;
  hearing.options.has_own_names = (data[0] & 4) != 0;
  if ((data[0] & 8) != 0) hearing.options.byte_limit = 300;
  if ((data[0] & 16) != 0) hearing.options.limits.seek = 64;
  if ((data[0] & 32) != 0) hearing.server_end = hearing.client_end = HalfEnd::reset;
  const test::Talk talk = talk_of(Bytes(data + 1, size - 1));
  const test::Heard whole = hear(talk, hearing);
  check(whole, talk);
  hearing.next_piece = [] { return size_t{1}; };
  hearing.seems_complete = true;
  test::BlindScreen screen;
  hearing.screen = &screen;
  const std::string cut = hear(talk, hearing).facts();
  if (cut != whole.facts()) std::fprintf(stderr, "%s\n%s\n", whole.facts().c_str(), cut.c_str());
  require(cut == whole.facts());
  return 0;
}
