#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "scan/http/http_test_support.h"

namespace tcpflow {
namespace {

using test::Hearing;
using test::MemoryObjects;
using test::server;
using test::Speaker;

TEST(HttpLimits, GivesUpHeadsThatTakeTooMuchTogether) {
  Hearing hearing;
  hearing.options.limits.head_octets_total = 10'000;
  MemoryObjects memory;
  HttpScanner scanner(hearing.options, &memory);
  std::vector<std::unique_ptr<Speaker>> speakers;
  const auto speak = [&](size_t count, const std::string& text) {
    for (size_t i = 0; i < count; ++i) {
      speakers.push_back(std::make_unique<Speaker>(scanner, hearing));
      speakers.back()->say(server(text));
    }
  };
  speak(9, "HTTP/1.1 200 OK\r\nX: " + std::string(979, 'a'));
  EXPECT_EQ(scanner.counters().heads_lost, 0u);
  speak(5, "HTTP/1.1 200 OK\r\nX: " + std::string(1979, 'a'));
  EXPECT_EQ(scanner.counters().heads_lost, 5u);
  for (auto& speaker : speakers) speaker->say(server("\r\nContent-Length: 1\r\n\r\na"));
  EXPECT_EQ(memory.objects.size(), 9u) << "of those that found room";
  for (auto& speaker : speakers)
    speaker->say(server("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nb"));
  EXPECT_EQ(memory.objects.size(), 23u) << "what follows is found";
  for (auto& speaker : speakers) speaker->end();
  speakers.clear();
  speak(9, "HTTP/1.1 200 OK\r\nX: " + std::string(979, 'a'));
  EXPECT_EQ(scanner.counters().heads_lost, 5u) << "there is room again";
}

}  // namespace
}  // namespace tcpflow
