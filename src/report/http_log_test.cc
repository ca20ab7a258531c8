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

std::string line_of(const ExchangeFact& fact, bool has_short_times = false) {
  HttpLogForm form(has_short_times);
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

TEST(HttpLog, ShortensTheTimeForATerminal) {
  EXPECT_TRUE(line_of(fact(), true).starts_with("02:40:00.000004\t10.1.2.3:40000\t"));
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

}  // namespace
}  // namespace tcpflow
