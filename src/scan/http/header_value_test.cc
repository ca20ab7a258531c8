#include "scan/http/header_value.h"

#include <gmock/gmock.h>

#include "scan/http/percent_decoding.h"

namespace tcpflow {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST(HeaderValue, IsTrimmedOfBlanksAndTabsOnly) {
  EXPECT_EQ(trimmed(" \t a b\t "), "a b");
  EXPECT_EQ(trimmed("\r\na\v"), "\r\na\v");
  EXPECT_EQ(trimmed(" \t"), "");
  EXPECT_EQ(trimmed(""), "");
}

TEST(HeaderValue, IsComparedWithoutRegardToTheCaseOfAsciiLetters) {
  EXPECT_TRUE(equals_ignoring_case("Chunked", "cHUNKED"));
  EXPECT_TRUE(equals_ignoring_case("", ""));
  EXPECT_FALSE(equals_ignoring_case("gzip", "gzi"));
  EXPECT_FALSE(equals_ignoring_case("[", "{"));
  EXPECT_FALSE(equals_ignoring_case("\xc4", "\xe4"));
}

TEST(HeaderValue, IsAListOfItsElements) {
  EXPECT_THAT(list_of("gzip, chunked"), ElementsAre("gzip", "chunked"));
  EXPECT_THAT(list_of(" ,\t, a b ,,c;q=1 "), ElementsAre("a b", "c;q=1"));
  EXPECT_THAT(list_of(""), IsEmpty());
  EXPECT_THAT(list_of(" , "), IsEmpty());
}

TEST(HeaderValue, HasNoElementsThatEndWithinQuotes) {
  EXPECT_THAT(list_of(R"(a;x="1,2\",3", b)"), ElementsAre(R"(a;x="1,2\",3")", "b"));
  EXPECT_THAT(list_of(R"(a, "b, c)"), ElementsAre("a", R"("b, c)"));
}

TEST(HeaderValue, HasNoMoreThan64Elements) {
  std::string value;
  for (int i = 0; i < 1000; ++i) value += "x,";
  EXPECT_THAT(list_of(value), SizeIs(64));
}

TEST(HeaderValue, HasParameters) {
  const std::string_view type = R"(multipart/form-data; charset=utf-8 ;Boundary="a b"; x=)";
  EXPECT_EQ(parameter_of(type, "boundary"), "a b");
  EXPECT_EQ(parameter_of(type, "CHARSET"), "utf-8");
  EXPECT_EQ(parameter_of(type, "x"), "");
  EXPECT_EQ(parameter_of(type, "bound"), "");
  EXPECT_EQ(parameter_of("multipart/form-data", "boundary"), "");
  EXPECT_EQ(parameter_of("a;b=1;b=2", "b"), "1");
}

TEST(HeaderValue, HasParametersWhereBrowsersBearWithTheForm) {
  EXPECT_EQ(parameter_of("form-data; name = \"a\" junk; b=1", "name"), "a");
  EXPECT_EQ(parameter_of("form-data; name=\"a\" junk; b=1", "b"), "1");
  EXPECT_EQ(parameter_of("attachment; filename=my file.pdf", "filename"), "my file.pdf");
  EXPECT_EQ(parameter_of("attachment;;; filename=it\"s", "filename"), "it\"s");
  EXPECT_EQ(parameter_of("filename=x.pdf", "filename"), "x.pdf");
  EXPECT_EQ(parameter_of("attachment; filename=\"never ends; a=b", "filename"), "never ends; a=b");
  EXPECT_EQ(parameter_of("attachment; filename=\"", "filename"), "");
  EXPECT_EQ(parameter_of("attachment; filename=\"a\\", "filename"), "a\\");
}

TEST(HeaderValue, HasParametersWithEscapesAndSeparatorsInQuotes) {
  EXPECT_EQ(parameter_of(R"(a; f="x\"y;b=2\\.pdf"; b=1)", "f"), R"(x"y;b=2\.pdf)");
  EXPECT_EQ(parameter_of(R"(a; f="x\"y;b=2.pdf"; b=1)", "b"), "1");
}

TEST(HeaderValue, LeavesThePathsOfWindowsWhole) {
  EXPECT_EQ(parameter_of(R"(a; f="C:\new\x.pdf")", "f"), R"(C:\new\x.pdf)");
}

TEST(HeaderValue, NamesAFile) {
  EXPECT_EQ(file_name_of(R"(attachment; filename="a b.pdf")"), "a b.pdf");
  EXPECT_EQ(file_name_of("inline"), "");
  EXPECT_EQ(file_name_of(""), "");
  EXPECT_EQ(file_name_of("attachment; filename==?utf-8?Q?a?="), "=?utf-8?Q?a?=");
}

TEST(HeaderValue, NamesAFileInItsOwnCharacterSetFirst) {
  EXPECT_EQ(file_name_of("attachment; filename=eur.txt; filename*=UTF-8''%e2%82%AC%20r.txt"),
            "\u20ac r.txt");
  EXPECT_EQ(file_name_of("attachment; filename*=utf-8'en'a%2520b; filename=c"), "a%20b");
  EXPECT_EQ(file_name_of("attachment; filename*=\"ISO-8859-1''na%EFve\""), "na\u00efve");
}

TEST(HeaderValue, FallsBackToThePlainNameOfAFile) {
  for (const char* broken : {"UTF-8''%ff", "koi8-r''%c1", "UTF-8'a", "plain", "", "UTF-8''"}) {
    const std::string value = std::string("attachment; filename*=") + broken;
    EXPECT_EQ(file_name_of(value + "; filename=\"b\""), "b") << broken;
    EXPECT_EQ(file_name_of(value), "") << broken;
  }
}

TEST(PercentDecoding, ReplacesEachOctetOnce) {
  EXPECT_EQ(percent_decoded("a%20b%2525%C3%bc"), "a b%25\u00fc");
  EXPECT_EQ(percent_decoded("%00"), std::string(1, '\0'));
}

TEST(PercentDecoding, LeavesWhatIsNoOctet) {
  for (const char* text : {"%", "100%", "%4", "%zz", "%4g", "%-1", ""})
    EXPECT_EQ(percent_decoded(text), text);
}

}  // namespace
}  // namespace tcpflow
