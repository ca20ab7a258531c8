#include "scan/http/media_type.h"

#include <gtest/gtest.h>

#include <string>

#include "scan/http/media_type_table.h"

namespace tcpflow {
namespace {

TEST(MediaType, HasTheExtensionOf161) {
  EXPECT_EQ(extension_of("text/html"), "html");
  EXPECT_EQ(extension_of("image/jpeg"), "jpg");
  EXPECT_EQ(extension_of("application/javascript"), "js");
  EXPECT_EQ(extension_of("audio/mpeg"), "mpga");
  EXPECT_EQ(extension_of("video/mp4"), "m4v");
  EXPECT_EQ(extension_of("application/andrew-inset"), "ez");
}

TEST(MediaType, HasNoneWhere161HasNone) {
  for (const char* type :
       {"text/javascript", "application/octet-stream", "text/xml", "image/jpg", "application/gzip",
        "x/unknown", "", ";", "application/", "application", "/", "html", "applicationjavascript"})
    EXPECT_EQ(extension_of(type), "") << type;
}

TEST(MediaType, CountsUpToTheSemicolonInAnyCaseAndUntrimmed) {
  EXPECT_EQ(extension_of("Text/HTML;charset=utf-8"), "html");
  EXPECT_EQ(extension_of("APPLICATION/PDF;"), "pdf");
  EXPECT_EQ(extension_of("text/html ;charset=utf-8"), "");
  EXPECT_EQ(extension_of(" text/html"), "");
  EXPECT_EQ(extension_of("text/html, text/plain"), "");
}

TEST(MediaType, IsNoTypeIfItIsLongerThanAny) {
  EXPECT_EQ(extension_of(std::string(1 << 20, 'a')), "");
  EXPECT_EQ(extension_of("text/html;" + std::string(1 << 20, 'a')), "html");
}

TEST(MediaType, IsFoundInTheTableWhereverItStands) {
  size_t longest = 0;
  for (const MediaTypeRow& row : other_types()) {
    EXPECT_EQ(extension_of(row.type), row.extension);
    longest = std::max(longest, row.type.size());
  }
  for (const MediaTypeRow& row : application_types()) {
    const std::string type = std::string("application/").append(row.type);
    EXPECT_EQ(extension_of(type), row.extension);
    longest = std::max(longest, type.size());
  }
  EXPECT_EQ(longest, kLongestMediaType);
  EXPECT_EQ(other_types().size() + application_types().size(), 691U);
}

}  // namespace
}  // namespace tcpflow
