#include "report/http_log.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace tcpflow {
namespace {

class Lines : public LineSink {
 public:
  void add(std::string_view line) override { all.append(line); }
  std::string all;
};

ExchangeFact fact() {
  const uint8_t client[] = {10, 1, 2, 3};
  const uint8_t server[] = {192, 0, 2, 80};
  ExchangeFact fact;
  fact.client.source = IpAddress::v4(client);
  fact.client.source_port = 40000;
  fact.client.destination = IpAddress::v4(server);
  fact.client.destination_port = 80;
  HttpExchange& http = fact.exchange;
  http.request_time = make_time(1'500'000'000, 4'000);
  http.method = "GET";
  http.target = "/path";
  http.host = "www.example";
  http.response_time = make_time(1'500'000'000, 5'000);
  http.response_end = make_time(1'500'000'001, 16'345);
  http.status = 404;
  http.type = "text/html; charset=utf-8";
  http.response_size = 1234;
  return fact;
}

std::string line_of(const ExchangeFact& fact, const HttpLogLayout& layout = {}) {
  HttpLogForm form(layout);
  Lines lines;
  form.exchange(fact, lines);
  return lines.all;
}

TEST(HttpLog, SeparatesByTabs) {
  EXPECT_EQ(
      line_of(fact()),
      "2017-07-14T02:40:00.000004000Z\t10.1.2.3:40000\t192.0.2.80:80\tGET\twww.example\t/path\t"
      "404\ttext/html\t1234\t1000.012\n");
}

TEST(HttpLog, WritesADashForWhatIsNotKnown) {
  ExchangeFact unanswered = fact();
  unanswered.exchange.response_time.reset();
  EXPECT_EQ(
      line_of(unanswered),
      "2017-07-14T02:40:00.000004000Z\t10.1.2.3:40000\t192.0.2.80:80\tGET\twww.example\t/path\t"
      "-\t-\t-\t-\n");
  ExchangeFact unasked = fact();
  unasked.exchange.request_time.reset();
  EXPECT_EQ(line_of(unasked),
            "2017-07-14T02:40:00.000005000Z\t10.1.2.3:40000\t192.0.2.80:80\t-\t-\t-\t"
            "404\ttext/html\t1234\t-\n");
}

TEST(HttpLog, KeepsFieldsAndTerminalsWhole) {
  ExchangeFact evil = fact();
  evil.exchange.target = "/a\tb\033[2J\nc\xff";
  evil.exchange.host = "h\r\n";
  const std::string line = line_of(evil);
  EXPECT_EQ(std::count(line.begin(), line.end(), '\t'), 9);
  EXPECT_EQ(std::count(line.begin(), line.end(), '\n'), 1);
  EXPECT_NE(line.find("\t/a%09b%1B[2J%0Ac%FF\t"), std::string::npos) << line;
}

TEST(HttpLog, LeavesTheHostOutOfAbsoluteTargets) {
  ExchangeFact proxied = fact();
  proxied.exchange.target = "http://other.example/x?u=http://y/";
  EXPECT_NE(line_of(proxied).find("\t/x?u=http://y/\t"), std::string::npos);
  proxied.exchange.target = "http://other.example";
  EXPECT_NE(line_of(proxied).find("\t/\t"), std::string::npos);
  proxied.exchange.target = "/redirect?to=http://y/z";
  EXPECT_NE(line_of(proxied).find("\t/redirect?to=http://y/z\t"), std::string::npos);
}

TEST(HttpLog, TakesTheHostFromATargetIfNothingElseTells) {
  ExchangeFact proxied = fact();
  proxied.exchange.target = "http://other.example:8080?q";
  proxied.exchange.host.clear();
  EXPECT_NE(line_of(proxied).find("\tother.example:8080\t?q\t"), std::string::npos);
  proxied.exchange.target = "/only/a/path";
  EXPECT_NE(line_of(proxied).find("\t-\t/only/a/path\t"), std::string::npos);
}

TEST(HttpLog, BracketsIpv6) {
  ExchangeFact v6 = fact();
  v6.client.source.family = v6.client.destination.family = Family::ipv6;
  v6.client.source.octets = {0x20, 0x01, 0x0d, 0xb8};
  EXPECT_NE(line_of(v6).find("\t[2001:db8::]:40000\t"), std::string::npos);
}

TEST(HttpLog, AlignsWithItsHeading) {
  HttpLogLayout layout;
  layout.is_aligned = true;
  layout.columns = 170;
  const std::string heading = http_log_heading(layout);
  const std::string line = line_of(fact(), layout);
  EXPECT_EQ(heading.size(), line.size());
  EXPECT_LE(line.size(), 171U);
  for (const auto& [name, cell] :
       std::vector<std::pair<std::string, std::string>>{{"TIME", "02:40:00.000004 "},
                                                        {"CLIENT", "10.1.2.3:40000"},
                                                        {"METHOD", "GET"},
                                                        {"HOST", "www.example"},
                                                        {"PATH", "/path"},
                                                        {"TYPE", "text/html"}}) {
    EXPECT_EQ(heading.find(name), line.find(cell)) << name;
  }
}

TEST(HttpLog, CutsLongPathsOnAScreenBetweenCharacters) {
  HttpLogLayout layout;
  layout.is_aligned = true;
  layout.columns = 100;
  ExchangeFact one = fact();
  one.exchange.target.assign("/");
  for (int i = 0; i < 100; ++i) one.exchange.target += "\u00e4";
  const std::string line = line_of(one, layout);
  EXPECT_NE(line.find("\u00e4\u2026 "), std::string::npos) << line;
  EXPECT_NE(line.find("404"), std::string::npos);
}

TEST(HttpLog, ColoursByTheClassOfTheStatus) {
  HttpLogLayout layout;
  layout.has_colour = true;
  EXPECT_TRUE(line_of(fact(), layout).starts_with("\033[0;33m"));
  EXPECT_TRUE(line_of(fact(), layout).ends_with("\033[0m\n"));
}

}  // namespace
}  // namespace tcpflow
