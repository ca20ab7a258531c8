// Messages of HTTP on the console: the scanner and the console together.
#include <fcntl.h>
#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "base/fd.h"
#include "output/console.h"
#include "output/console_writer.h"
#include "output/test_flows.h"
#include "scan/http/http_scanner.h"
#include "scan/http/test_encodings.h"
#include "tests/support/fake_flow.h"

namespace tcpflow {
namespace {

using test::kC;
using test::kClient;
using test::kS;
using test::kServer;

constexpr std::string_view kGet = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";

struct Shown {
  ConsoleOptions options;
  HttpOptions http;
  size_t piece = SIZE_MAX;  // octets of a segment
  size_t batch = SIZE_MAX;  // segments of a batch
  bool reads_http = true;
  HalfEnd end = HalfEnd::fin;
};

Shown bare(size_t piece = SIZE_MAX) {
  Shown shown;
  shown.options.label = false;
  shown.piece = piece;
  shown.batch = 3;
  return shown;
}

struct Said {
  Direction from;
  std::string text;
  uint64_t missing = 0;
};

// A conversation on a console, batch by batch.
class Screen {
 public:
  explicit Screen(const Shown& shown)
      : shown_(shown),
        fd_(::open((folder_ / "out").c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600)),
        console_(*NameTemplateBuilder().build(""), shown.options, {records_, now_, nullptr}),
        scanner_(shown.http, nullptr, nullptr, shown.reads_http ? &console_ : nullptr) {
    consumers_[0] = console_.create();
    consumers_[1] = scanner_.create();
    for (const auto& one : consumers_) one->on_start(flow_);
    for (const auto& one : consumers_) one->on_half_start(kClient, test::client_half());
    for (const auto& one : consumers_) one->on_half_start(kServer, test::server_half());
  }

  void say(const Said& said) {
    uint64_t& at = at_[index_of(said.from)];
    if (said.missing > 0) {
      for (const auto& one : consumers_) {
        one->on_gap(said.from, at, said.missing, GapReason::not_captured);
      }
      at += said.missing;
    }
    for (std::string_view rest = said.text; !rest.empty();) {
      const std::string_view piece = rest.substr(0, shown_.piece);
      batch_.emplace_back(piece.begin(), piece.end());
      for (const auto& one : consumers_) one->on_bytes(said.from, at, batch_.back(), {});
      at += piece.size();
      rest.remove_prefix(piece.size());
      if (batch_.size() >= shown_.batch) end_batch();
    }
  }
  void end_batch() {
    console_.on_batch_end(false);
    records_.replay(0, records_.moments().size());
    records_.clear();
    writer_.on_batch_end(false);
    batch_.clear();
  }
  std::string so_far() const { return test::content(folder_ / "out"); }
  std::string text() {
    for (const Direction from : {kClient, kServer}) {
      for (const auto& one : consumers_) one->on_half_end(from, shown_.end);
    }
    for (const auto& one : consumers_) one->on_end(FlowEnd::closed, record);
    end_batch();
    writer_.finish();
    return so_far();
  }
  const Console& console() const { return console_; }
  const HttpScanner& scanner() const { return scanner_; }

  FlowRecord record;

 private:
  Shown shown_;
  test::TemporaryFolder folder_;
  Fd fd_;
  test::ErrorLog errors_;
  test::NeverStops waiter_;
  ConsoleWriter writer_{fd_.get(), errors_, waiter_, nullptr};
  ConsoleLane records_{writer_};
  Moment now_;
  test::FakeFlow flow_{test::client_half(), test::server_half()};
  Console console_;
  HttpScanner scanner_;
  std::array<std::unique_ptr<StreamConsumer>, 2> consumers_;
  std::array<uint64_t, 2> at_{};
  std::vector<std::vector<uint8_t>> batch_;
};

std::string shown(const std::vector<Said>& talk, const Shown& how) {
  Screen screen(how);
  for (const Said& said : talk) screen.say(said);
  return screen.text();
}

std::string reply(const std::string& body, const std::string& fields = "") {
  std::string text = "HTTP/1.1 200 OK\r\nContent-Length: ";
  text.append(std::to_string(body.size())).append("\r\n").append(fields).append("\r\n");
  return text.append(body);
}

std::string chunked(const std::vector<std::string>& parts) {
  std::string text;
  for (const std::string& part : parts) {
    std::array<char, 20> size{};
    std::snprintf(size.data(), size.size(), "%zx\r\n", part.size());
    text.append(size.data()).append(part).append("\r\n");
  }
  return text.append("0\r\n\r\n");
}

const std::string kHtmlType = "Content-Type: text/html\r\n";
const std::string kPng =
    std::string("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\10\6\0\0\0", 29) +
    std::string(12'316, '\0');

std::string head_of(const std::string& message) {
  return message.substr(0, message.find("\r\n\r\n") + 4);
}

TEST(HttpScreen, ShowsHeadsAsSentAndTextBehindThem) {
  const std::string answer = reply("<p>hello", kHtmlType);
  EXPECT_EQ(shown({{kClient, std::string(kGet)}, {kServer, answer}}, {}),
            std::string(kC) + ": " + std::string(kGet) + "\n" + kS + ": " + answer + "\n");
}

TEST(HttpScreen, IsTheSameHoweverMessagesAreCutIntoPackets) {
  const std::string head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n" + kHtmlType + "\r\n";
  const std::string odd = "HTTP/1.1  200   fine\nContent-Length: 3\nwhat\n\n";
  const std::vector<Said> talk = {
      {kClient, std::string(kGet).append(kGet)},
      {kServer, head + chunked({"<p>one ", "two"}) + "\r\n" + odd + "abc"},
      {kClient, std::string(kGet)},
      {kServer, reply(kPng, "Content-Type: image/png\r\n") + reply("", "X: y\r\n")}};
  const std::string expected =
      std::string(kGet).append("\n").append(kGet).append("\n") + head + "<p>one two\n" + odd +
      "abc\n" + std::string(kGet) + "\n" +
      "HTTP/1.1 200 OK\r\nContent-Length: 12345\r\nContent-Type: image/png\r\n\r\n"
      "[12,345 bytes of image/png]\n" +
      reply("", "X: y\r\n") + "\n";
  for (const size_t piece : std::initializer_list<size_t>{1, 2, 3, 7, 50, 1000, 100000}) {
    ASSERT_EQ(shown(talk, bare(piece)), expected) << piece;
  }
}

TEST(HttpScreen, UnpacksBodies) {
  const std::string json = "{\"some\": \"json\"}";
  const std::string type = "Content-Type: application/json\r\nContent-Encoding: gzip\r\n";
  const std::string answer = reply(testing::deflated(json, testing::kGzipBits), type);
  const std::string head = head_of(answer);
  for (const size_t piece : std::initializer_list<size_t>{1, 20, 1000}) {
    EXPECT_EQ(shown({{kServer, answer}}, bare(piece)), head + json + "\n") << piece;
  }
}

TEST(HttpScreen, TellsByTheFirstOctetsWhatNobodyDeclared) {
  const auto body_of = [](const std::string& body, const std::string& type) {
    const std::string all = shown({{kServer, reply(body, type)}}, bare(5));
    return all.substr(all.find("\r\n\r\n") + 4);
  };
  EXPECT_EQ(body_of("short", ""), "short\n");
  EXPECT_EQ(body_of(std::string(100, 'x'), "Content-Type: text/plain\r\n"),
            std::string(100, 'x') + "\n");
  EXPECT_EQ(body_of(kPng, ""), "[12,345 bytes of image/png]\n");
  EXPECT_EQ(body_of(std::string(70, '\1'), "Content-Type: application/x-own\r\n"),
            "[70 bytes of application/x-own]\n");
  EXPECT_EQ(body_of("%PDF-1.7", "Content-Type: application/pdf\r\n"),
            "[8 bytes of application/pdf]\n");
  EXPECT_EQ(body_of("\1", "Content-Type: X\x1b[2J/y\r\n"), "[1 byte of x..2j/y]\n");
}

TEST(HttpScreen, SaysWhyABodyIsNotWhole) {
  const auto body_of = [](const std::string& answer, HalfEnd end) {
    Shown how = bare();
    how.end = end;
    const std::string all = shown({{kClient, std::string(kGet)}, {kServer, answer}}, how);
    return all.substr(all.rfind("\r\n\r\n") + 4);
  };
  const std::string html = reply("<p>hello", kHtmlType);
  EXPECT_EQ(body_of(html.substr(0, html.size() - 2), HalfEnd::reset),
            "<p>hel\n[incomplete: reset]\n");
  EXPECT_EQ(body_of(head_of(reply(kPng)) + kPng.substr(0, 60), HalfEnd::open),
            "[60 bytes of image/png, incomplete: open]\n");
  const std::string packed = "Content-Encoding: gzip\r\nContent-Type: text/css\r\n";
  EXPECT_EQ(body_of(reply("\1\2\3 no gzip", packed), HalfEnd::fin),
            "[11 bytes of text/css, incomplete: coding]\n");
  EXPECT_EQ(body_of(reply("a text", packed), HalfEnd::fin), "a text\n[incomplete: coding]\n");
  EXPECT_EQ(body_of(reply("\1\2\3", "Content-Encoding: own\r\n"), HalfEnd::fin),
            "[3 bytes, packed: own]\n");
}

// Of every kind that may be the beginning of a message, and none that is one.
TEST(HttpScreen, PrintsWhatIsNoHttpAsItWouldWithoutTheScanner) {
  std::mt19937 random(7);
  constexpr std::string_view kLetters = "GETPUHTTP/.. \r\n\r\nab\1";
  for (int round = 0; round < 200; ++round) {
    std::string text;
    for (int i = 0; i < 400; ++i) text += kLetters[random() % kLetters.size()];
    Shown how;
    how.piece = 1 + random() % 40;
    how.batch = 1 + random() % 5;
    how.options.body = ConsoleBody::raw;
    how.options.gap = GapForm::mark;
    Shown plain = how;
    plain.reads_http = false;
    const std::vector<Said> talk = {{kClient, text}, {kClient, text, 10}};
    EXPECT_EQ(shown(talk, how), shown(talk, plain)) << round;
  }
}

std::string without_line_ends(std::string text) {
  std::erase_if(text, [](char c) { return c == '\r' || c == '\n'; });
  static constexpr std::string_view kNote = "[incomplete: ";
  for (size_t at = text.find(kNote); at != std::string::npos; at = text.find(kNote, at)) {
    text.erase(at, text.find(']', at) + 1 - at);
  }
  return text;
}

TEST(HttpScreen, LosesNothingOfMessagesThatAreBroken) {
  std::mt19937 random(11);
  constexpr std::string_view kLetters = "\r\n\r\n :;0159azAZ/";
  for (int round = 0; round < 400; ++round) {
    std::string text = reply("<p>first", kHtmlType) + "\r\n" + reply("second", kHtmlType) +
                       "HTTP/1.0 200 OK\r\n" + kHtmlType + "\r\n<p>and the last";
    for (int i = 0; i < 6; ++i) text[random() % text.size()] = kLetters[random() % kLetters.size()];
    Shown how = bare(1 + random() % 60);
    how.options.body = ConsoleBody::raw;
    how.options.newline = random() % 2 == 0;
    const std::vector<Said> talk = {{kClient, std::string(kGet).append(kGet).append(kGet)},
                                    {kServer, text}};
    std::string expected(kGet);
    expected.append(kGet).append(kGet).append(text);
    EXPECT_EQ(without_line_ends(shown(talk, how)), without_line_ends(expected)) << round;
  }
}

TEST(HttpScreen, ShowsGapsInTextAsTheyAreShownElsewhere) {
  const std::string head = reply(std::string(20, 'x'), kHtmlType).substr(0, 64);
  const std::vector<Said> talk = {{kServer, head + "<p>he"}, {kServer, "the end.", 7}};
  const auto with = [&](GapForm form) {
    Shown how = bare();
    how.options.gap = form;
    const std::string all = shown(talk, how);
    return all.substr(all.find("\r\n\r\n") + 4);
  };
  ASSERT_TRUE(head.ends_with("\r\n\r\n")) << head;
  EXPECT_EQ(with(GapForm::skip), "<p>hethe end.\n[incomplete: gap]\n");
  EXPECT_EQ(with(GapForm::zero), "<p>he.......the end.\n[incomplete: gap]\n");
  EXPECT_EQ(with(GapForm::mark),
            "<p>he\n[tcpflow: 7 bytes missing]\nthe end.\n[incomplete: gap]\n");
}

TEST(HttpScreen, ShowsAGapBetweenMessagesWhereItIs) {
  Shown how = bare();
  how.options.gap = GapForm::mark;
  const std::string cut = std::string(kGet).substr(0, 20);
  EXPECT_EQ(
      shown({{kClient, cut}, {kClient, "st of it\r\n\r\n", 30}, {kClient, std::string(kGet)}}, how),
      cut + "\n[tcpflow: 30 bytes missing]\nst of it\r\n\r\n\n" + std::string(kGet) + "\n");
}

TEST(HttpScreen, ShowsWhatIsInATunnelAsItIs) {
  const std::string switching = "HTTP/1.1 101 Switching\r\nUpgrade: websocket\r\n\r\n";
  const std::string ask = "GET / HTTP/1.1\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n";
  EXPECT_EQ(shown({{kClient, ask}, {kServer, switching + "\x81\x02hi"}, {kClient, "\x81\x01 GET"}},
                  bare()),
            ask + "\n" + switching + "\n..hi\n.. GET\n");
}

TEST(HttpScreen, GoesOnWithTheLabelWhereOthersCameBetween) {
  Shown how;
  how.batch = 1;
  const std::string answer = reply("<p>one two three", kHtmlType);
  const size_t cut = answer.size() - 10;
  const std::string all = shown({{kClient, std::string(kGet)},
                                 {kServer, answer.substr(0, cut - 2)},
                                 {kServer, answer.substr(cut - 2, 2)},
                                 {kClient, std::string(kGet)},
                                 {kServer, answer.substr(cut)}},
                                how);
  const std::string get = std::string(kC) + ": " + std::string(kGet) + "\n";
  EXPECT_EQ(all, get + kS + ": " + answer.substr(0, cut) + "\n" + get + kS + ": " +
                     answer.substr(cut) + "\n");
}

TEST(HttpScreen, HoldsNothingOfATextThatIsLong) {
  Screen screen(bare());
  const std::string answer = reply(std::string(1000, 'x'), kHtmlType);
  screen.say({kServer, answer.substr(0, answer.size() - 990)});
  screen.end_batch();
  EXPECT_EQ(screen.so_far(), answer.substr(0, answer.size() - 990));
  screen.say({kServer, answer.substr(answer.size() - 990)});
  screen.end_batch();
  EXPECT_EQ(screen.so_far(), answer + "\n");
}

TEST(HttpScreen, ReadsAndPrintsNoMoreThanTheLimit) {
  Shown how = bare();
  how.options.limit = how.http.byte_limit = 20;
  const std::string answer = reply("<p>hello", kHtmlType);
  EXPECT_EQ(shown({{kServer, answer}, {kServer, answer}}, how), answer.substr(0, 20) + "\n");
  how.options.limit = how.http.byte_limit = answer.size() - 2;
  EXPECT_EQ(shown({{kServer, answer}, {kServer, answer}}, how),
            answer.substr(0, answer.size() - 2) + "\n");
  how.options.limit = how.http.byte_limit = head_of(reply(kPng)).size() + 40;
  const std::string all = shown({{kServer, reply(kPng)}, {kServer, kPng}}, how);
  EXPECT_EQ(all.substr(all.find("\r\n\r\n") + 4), "[40 bytes of image/png, incomplete: limit]\n");
}

TEST(HttpScreen, PrintsHeadsInBold) {
  Shown how = bare();
  how.options.colour = true;
  EXPECT_EQ(shown({{kServer, reply("hello")}}, how),
            "\033[1;31m" + head_of(reply("hello")) + "\033[0m\033[0;31mhello\033[0m\n");
}

TEST(HttpScreen, LeavesOutNewlinesOnDemand) {
  Shown how = bare();
  how.options.newline = false;
  EXPECT_EQ(shown({{kServer, reply("hello") + reply(kPng) + reply("x")}}, how),
            reply("hello") + head_of(reply(kPng)) + "[12,345 bytes of image/png]\n" + reply("x"));
}

TEST(HttpScreen, CountsWhatItHoldsNoLonger) {
  Shown how = bare(10);
  how.options.held = 100;
  Screen screen(how);
  screen.say({kClient, std::string(kGet).insert(16, std::string(500, 'y') + ": z\r\n")});
  EXPECT_NE(screen.text().find("yyyyyyyyyy\nyyyyyyyyyy\n"), std::string::npos);
  EXPECT_GT(screen.console().heads_cut(), 0U);
}

TEST(HttpScreen, PrintsNoEndOfWhatUnpacksToVeryMuch) {
  Shown how = bare();
  how.http.limits.screen_text = 1000;
  how.http.limits.screen_ratio = 1;
  const std::string type = "Content-Type: text/css\r\nContent-Encoding: gzip\r\n";
  Screen screen(how);
  const std::string answer =
      reply(testing::deflated(std::string(100'000, 'x'), testing::kGzipBits), type);
  screen.say({kServer, answer});
  const std::string all = screen.text();
  const uint64_t most = 1000 + answer.size();
  EXPECT_EQ(static_cast<size_t>(std::count(all.begin(), all.end(), 'x')),
            most + 1);  // and that of text
  EXPECT_EQ(screen.scanner().counters().not_shown, 1U);
  EXPECT_NE(all.find(" more bytes, incomplete: limit]\n"), std::string::npos);
}

}  // namespace
}  // namespace tcpflow
