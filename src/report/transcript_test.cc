#include "report/transcript.h"

#include <gtest/gtest.h>

#include <string>

namespace tcpflow {
namespace {

class Text : public LineSink {
 public:
  void add(std::string_view piece) override { all.append(piece); }
  std::string all;
};

// A connection between 10.1.2.3:40000, the originator, and 192.0.2.80:80.
HalfInfo half_of(Direction from) {
  const uint8_t client[] = {10, 1, 2, 3};
  const uint8_t server[] = {192, 0, 2, 80};
  HalfInfo half;
  half.source = IpAddress::v4(client);
  half.source_port = 40000;
  half.destination = IpAddress::v4(server);
  half.destination_port = 80;
  if (from == Direction::originator) return half;
  std::swap(half.source, half.destination);
  std::swap(half.source_port, half.destination_port);
  return half;
}

constexpr Direction kClient = Direction::originator;
constexpr Direction kServer = Direction::responder;

// What a shard and the thread that writes make of facts.
class Talk {
 public:
  explicit Talk(const Transcript::Layout& layout = {}, uint64_t byte_limit = UINT64_MAX)
      : form_(byte_limit), transcript_(layout, text_) {}

  Talk& say(Direction from, uint64_t offset, std::string_view bytes, uint64_t session = 0) {
    BytesFact fact;
    fact.flow.session = session;
    fact.half = half_of(from);
    fact.half.role = role_ == Role::unknown ? role_ : from == kClient ? role_ : other_;
    fact.from = from;
    fact.offset = offset;
    fact.bytes = as_bytes(bytes);
    fact.time = make_time(1'500'000'000, ++clock_);
    form_.bytes(fact, rows_);
    return *this;
  }
  Talk& add_gap(Direction from, uint64_t offset, uint64_t length) {
    gaps_[index_of(from)].push_back({offset, length, GapReason::not_captured});
    return *this;
  }
  std::string end(uint64_t session = 0, uint64_t client_bytes = 0, uint64_t server_bytes = 0) {
    FlowRecord record;
    record.info.session = session;
    record.end = FlowEnd::closed;
    for (HalfRecord& half : record.halves) half.exists = true;
    record.half(kClient).stream_bytes = client_bytes;
    record.half(kServer).stream_bytes = server_bytes;
    for (size_t i = 0; i < gaps_.size(); ++i) record.halves[i].gaps = gaps_[i];
    form_.record(record, rows_);
    return text();
  }
  // The roles of the originator and of the other side.
  void set_roles(Role first, Role second) {
    role_ = first;
    other_ = second;
  }
  std::string text() { return std::exchange(text_.all, {}); }
  uint64_t parts() const { return transcript_.parts(); }

 private:
  // As the lanes do between the threads.
  class Rows : public LineSink {
   public:
    explicit Rows(Talk& talk) : talk_(talk) {}
    void add(std::string_view row) override { talk_.transcript_.add(row); }

   private:
    Talk& talk_;
  };

  Text text_;
  Rows rows_{*this};
  TranscriptForm form_;
  Transcript transcript_;
  std::array<std::vector<GapRecord>, 2> gaps_;
  Role role_ = Role::unknown;
  Role other_ = Role::unknown;
  int64_t clock_ = 0;
};

std::string heading(std::string_view rest, int session = 0) {
  return "=== stream " + std::to_string(session) + ", tcp" + std::string(rest) + "\n";
}
constexpr std::string_view kEnds = ": 10.1.2.3:40000 and 192.0.2.80:80";
std::string turn(Direction from, int nanosecond, std::string_view count) {
  const bool is_client = from == kClient;
  return std::string(is_client ? ">>> " : "<<< ") + "2017-07-14T02:40:00.00000000" +
         std::to_string(nanosecond) + "Z " +
         (is_client ? "10.1.2.3:40000 > 192.0.2.80:80, " : "192.0.2.80:80 > 10.1.2.3:40000, ") +
         std::string(count) + "\n";
}

TEST(Transcript, TellsBothDirectionsInTurn) {
  Talk talk;
  talk.say(kClient, 0, "HELO ").say(kClient, 5, "a\r\n").say(kServer, 0, "250 b\r\n");
  talk.say(kClient, 8, "QUIT\r\n");
  EXPECT_EQ(talk.text(), "");
  EXPECT_EQ(talk.end(0, 14, 7), heading(kEnds) + turn(kClient, 1, "8 bytes") + "HELO a\n" +
                                    turn(kServer, 3, "7 bytes") + "250 b\n" +
                                    turn(kClient, 4, "6 bytes") + "QUIT\n" + heading(": closed") +
                                    "\n");
}

TEST(Transcript, KeepsConversationsApart) {
  Talk talk;
  talk.say(kClient, 0, "a", 0).say(kClient, 0, "b", 1).say(kServer, 0, "c", 0);
  EXPECT_EQ(talk.end(1),
            heading(kEnds, 1) + turn(kClient, 2, "1 byte") + "b\n" + heading(": closed", 1) + "\n");
  EXPECT_EQ(talk.end(0), heading(kEnds) + turn(kClient, 1, "1 byte") + "a\n" +
                             turn(kServer, 3, "1 byte") + "c\n" + heading(": closed") + "\n");
}

TEST(Transcript, SaysNothingOfWhoSaidNothing) { EXPECT_EQ(Talk().end(), ""); }

TEST(Transcript, TakesForTheClientWhoseSynSaysSo) {
  Talk talk;
  talk.set_roles(Role::server, Role::client);
  talk.say(kClient, 0, "x");
  EXPECT_NE(talk.end().find("<<< 2017-07-14T02:40:00.000000001Z 10.1.2.3:40000 > 192.0.2.80:80"),
            std::string::npos);
}

TEST(Transcript, TellsWhatIsMissing) {
  Talk talk;
  talk.say(kClient, 4, "ab").say(kClient, 7, "c");
  EXPECT_EQ(talk.end(0, 10, 1),
            heading(kEnds) + "--- 4 bytes from 10.1.2.3:40000 are missing\n" +
                turn(kClient, 1, "2 bytes") + "ab\n" +
                "--- 1 byte from 10.1.2.3:40000 is missing\n" + turn(kClient, 2, "1 byte") + "c\n" +
                "--- 2 bytes from 10.1.2.3:40000 are missing\n" +
                "--- 1 byte from 192.0.2.80:80 is missing\n" + heading(": closed") + "\n");
}

// Only the list of gaps knows of what is missing before a FIN.
TEST(Transcript, TellsWhatIsMissingAtTheEnd) {
  Talk talk;
  talk.say(kClient, 0, "ab").add_gap(kClient, 2, 5);
  EXPECT_EQ(talk.end(0, 2, 0), heading(kEnds) + turn(kClient, 1, "2 bytes") + "ab\n" +
                                   "--- 5 bytes from 10.1.2.3:40000 are missing\n" +
                                   heading(": closed") + "\n");
}

TEST(Transcript, LeavesTerminalsAsTheyAre) {
  Talk talk;
  // A character whose octets come in two pieces; an escape; CR alone; C1; no UTF-8.
  talk.say(kClient, 0, "\xc3").say(kClient, 1, "\xa4\t\033[2J\rx\r\r\n\xc2\x9b\xff\n");
  EXPECT_EQ(talk.end(), heading(kEnds) + turn(kClient, 1, "16 bytes") + "\xc3\xa4\t.[2J.x.\n...\n" +
                            heading(": closed") + "\n");
}

TEST(Transcript, ColoursByDirection) {
  Talk talk({.has_colour = true, .limits = {}});
  talk.say(kServer, 0, "a\nb\n");
  const std::string text = talk.end();
  EXPECT_TRUE(text.starts_with("\033[1m=== stream 0")) << text;
  EXPECT_NE(text.find("\033[1;31m<<< "), std::string::npos) << text;
  EXPECT_NE(text.find("4 bytes\033[0m\n\033[0;31ma\nb\033[0m\n\033[1m=== "), std::string::npos)
      << text;
}

TEST(Transcript, ShowsOfEachHalfWhatTheLimitLeaves) {
  Talk talk({}, 3);
  talk.say(kClient, 0, "ab").say(kClient, 2, "cd").say(kClient, 4, "ef").say(kServer, 0, "1");
  EXPECT_EQ(talk.end(0, 6, 1), heading(kEnds) + turn(kClient, 1, "3 bytes") + "abc\n" +
                                   turn(kServer, 4, "1 byte") + "1\n" + heading(": closed") + "\n");
}

TEST(Transcript, WritesInPartsWhatIsTooMuch) {
  Talk talk({.has_colour = false, .limits = {.per_flow = 100, .held = 1 << 20}});
  talk.say(kClient, 0, std::string(70, 'a'));
  EXPECT_EQ(talk.text(), heading(kEnds) + turn(kClient, 1, "70 bytes") + std::string(70, 'a') +
                             "\n" + heading(" goes on below") + "\n");
  talk.say(kClient, 70, "b");
  EXPECT_EQ(talk.end(0, 71), heading(", continued" + std::string(kEnds)) +
                                 turn(kClient, 2, "1 byte") + "b\n" + heading(": closed") + "\n");
  EXPECT_EQ(talk.parts(), 1U);
}

TEST(Transcript, EndsAPartOfWhichNothingMoreCame) {
  Talk talk({.has_colour = false, .limits = {.per_flow = 1, .held = 1 << 20}});
  talk.say(kClient, 0, "ab");
  talk.text();
  EXPECT_EQ(talk.end(0, 2), heading(": closed") + "\n");
}

TEST(Transcript, WritesTheOldestFirstWhenAllIsTooMuch) {
  Talk talk({.has_colour = false, .limits = {.per_flow = 1 << 20, .held = 1500}});
  talk.say(kClient, 0, "old", 0).say(kClient, 0, "mid", 1);
  EXPECT_EQ(talk.text(), "");
  talk.say(kClient, 0, "new", 2);
  const std::string part = talk.text();
  EXPECT_NE(part.find("old\n=== stream 0, tcp goes on below"), std::string::npos) << part;
  EXPECT_EQ(part.find("mid"), std::string::npos) << part;
  EXPECT_EQ(talk.parts(), 1U);
}

TEST(Transcript, HandsLongTurnsOnInPieces) {
  Talk talk;
  std::string all;
  for (int i = 0; i < 100'000; ++i) all += "abcdefg\n";
  talk.say(kClient, 0, all);
  EXPECT_NE(talk.end().find("800000 bytes\n" + all + "=== "), std::string::npos);
}

}  // namespace
}  // namespace tcpflow
