#include "scan/http/found_type.h"

#include <gtest/gtest.h>

namespace tcpflow {
namespace {

std::string found(const std::string& declared, const std::string& head) {
  TypeFinder finder;
  return finder.find(declared, as_bytes(head));
}

TEST(TypeFinder, BelievesWhatTheContentBearsOut) {
  EXPECT_EQ(found("Text/Plain; charset=x", "plain words\n"), "text/plain");
  EXPECT_EQ(found("application/json", "{\"a\": 1}"), "application/json");
  EXPECT_EQ(found("image/png", "\x89PNG\r\n\x1a\n"), "image/png");
  EXPECT_EQ(found("text/html", "<!DOCTYPE HTML>"), "text/html");
}

TEST(TypeFinder, BelievesNothingElse) {
  EXPECT_EQ(found("image/png", std::string("GIF89a\1\0\1\0\x80\0\0", 13)), "image/gif");
  EXPECT_EQ(found("", std::string("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\0\0\0\0", 29)),
            "image/png");
  EXPECT_EQ(found("text/plain", "#!/bin/sh\necho\n"), "text/x-shellscript");
}

// Where libmagic says so, which wants it whole.
TEST(TypeFinder, KnowsJsonThatIsCalledSomethingElse) {
  EXPECT_EQ(found("text/plain", "{\"a\": [1, 2.5, true, null]}"), "application/json");
  EXPECT_EQ(found("text/plain", "[1, 2]\n"), "application/json");
  EXPECT_EQ(found("text/plain", "[1] is a footnote"), "text/plain");
  EXPECT_EQ(found("text/plain", "{\"a\": nothing}"), "text/plain");
  for (const std::string cut : {"[", "{\"a", "{\"a\": tr", "[\"\\u12", "[1."}) {
    EXPECT_FALSE(found("text/plain", cut).empty()) << cut;
  }
  EXPECT_FALSE(found("text/plain", std::string(TypeFinder::kHead, '[')).empty());
}

TEST(TypeFinder, LooksAtTheBeginningOnly) {
  std::string text(TypeFinder::kHead, 'a');
  EXPECT_EQ(found("text/plain", text + '\0'), "text/plain");
  text.back() = '\0';
  EXPECT_NE(found("text/plain", text), "text/plain");
}

}  // namespace
}  // namespace tcpflow
