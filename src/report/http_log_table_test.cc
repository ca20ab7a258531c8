#include "report/http_log_table.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace tcpflow {
namespace {

constexpr const char* kLine =
    "02:40:00.000004\t10.1.2.3:40000\t192.0.2.80:80\tGET\twww.example\t/path\t404\ttext/"
    "html\t1234\t"
    "1000.012\n";
constexpr const char* kLineOfV6 =
    "02:40:00.000004\t[2001:db8:1111:2222:3333:4444:5555:6666]:40000\t[2001:db8::]:80\tGET\twww."
    "example"
    "\t/path\t-\t-\t-\t-\n";

HttpLogTable table(unsigned columns, bool has_colour = false) {
  return HttpLogTable({true, columns, has_colour});
}

TEST(HttpLogTable, AlignsWithItsHeading) {
  HttpLogTable log = table(170);
  const std::string heading(log.heading());
  const std::string line(log.aligned(kLine));
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

TEST(HttpLogTable, WidensWithAddresses) {
  HttpLogTable log = table(220);
  const std::string narrow(log.aligned(kLine));
  const std::string wide(log.aligned(kLineOfV6));
  EXPECT_NE(wide.find("[2001:db8:1111:2222:3333:4444:5555:6666]:40000 "), std::string::npos);
  const std::string behind(log.aligned(kLine));
  EXPECT_EQ(narrow.size(), wide.size());
  EXPECT_EQ(behind.size(), wide.size());
  EXPECT_EQ(behind.find("www.example"), wide.find("www.example"));
  EXPECT_EQ(behind.find("/path"), wide.find("/path"));
}

TEST(HttpLogTable, CutsLongPathsBetweenCharacters) {
  std::string path;
  for (int i = 0; i < 100; ++i) path += "\u00e4";
  HttpLogTable log = table(100);
  const std::string line(log.aligned("t\tc\ts\tGET\th\t/" + path + "\t404\ttext/html\t1\t1.000\n"));
  EXPECT_NE(line.find("\u00e4\u2026 "), std::string::npos) << line;
  EXPECT_NE(line.find("404"), std::string::npos);
}

TEST(HttpLogTable, ColoursByTheClassOfTheStatus) {
  HttpLogTable log = table(100, true);
  const std::string line(log.aligned(kLine));
  EXPECT_TRUE(line.starts_with("\033[0;33m")) << line;
  EXPECT_TRUE(line.ends_with("\033[0m\n")) << line;
  EXPECT_TRUE(log.aligned(kLineOfV6).starts_with("02:40")) << "no status, no colour";
}

}  // namespace
}  // namespace tcpflow
