#include "report/xml_text.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

#include "report/xml_checker_for_test.h"

namespace tcpflow {
namespace {

using namespace std::string_literals;

TEST(XmlEscaped, LeavesPlainTextAndUtf8Alone) {
  EXPECT_EQ(xml_escaped("a b/c%d"), "a b/c%d");
  EXPECT_EQ(xml_escaped("gr\u00fc\u00dfe \u20ac \U0001F600"), "gr\u00fc\u00dfe \u20ac \U0001F600");
}

TEST(XmlEscaped, WritesMarkupAsEntities) {
  EXPECT_EQ(xml_escaped("<a b='c' d=\"e\">&"), "&lt;a b=&apos;c&apos; d=&quot;e&quot;&gt;&amp;");
}

TEST(XmlEscaped, WritesControlCharactersAsPercents) {
  EXPECT_EQ(xml_escaped("\r\n\t\0\x1b"s), "%0D%0A%09%00%1B");
}

TEST(XmlEscaped, WritesEveryByteThatIsNotUtf8AsPercents) {
  EXPECT_EQ(xml_escaped("\xff\xfe"), "%FF%FE");
  EXPECT_EQ(xml_escaped("a\xc3"), "a%C3") << "cut";
  EXPECT_EQ(xml_escaped("\xe2\x82x"), "%E2%82x") << "cut by another character";
  EXPECT_EQ(xml_escaped("\xc0\xaf"), "%C0%AF") << "overlong";
  EXPECT_EQ(xml_escaped("\xe0\x80\xaf"), "%E0%80%AF") << "overlong";
  EXPECT_EQ(xml_escaped("\xf0\x80\x80\xaf"), "%F0%80%80%AF") << "overlong";
  EXPECT_EQ(xml_escaped("\xed\xa0\x80"), "%ED%A0%80") << "surrogate";
  EXPECT_EQ(xml_escaped("\xf4\x90\x80\x80"), "%F4%90%80%80") << "above U+10FFFF";
}

TEST(XmlEscaped, WritesWhatXmlForbidsAsPercents) {
  EXPECT_EQ(xml_escaped("\xef\xbf\xbe\xef\xbf\xbf"), "%EF%BF%BE%EF%BF%BF");
  EXPECT_EQ(xml_escaped("\xef\xbf\xbd"), "\xef\xbf\xbd");
}

TEST(XmlEscaped, IsWellFormedWhateverComesIn) {
  std::mt19937 random(1);
  for (int round = 0; round < 2000; ++round) {
    std::string text(random() % 12, ' ');
    for (char& c : text) c = static_cast<char>(random());
    EXPECT_EQ(test::xml_fault("<a b='" + xml_escaped(text) + "'>" + xml_escaped(text) + "</a>"),
              "");
  }
}

TEST(ShellQuoted, QuotesOnlyWordsThatNeedIt) {
  const std::vector<std::string> words = {"tcpflow", "-r", "a b.pcap", "", "it's", "-Fk", "$HOME"};
  EXPECT_EQ(shell_quoted(words), "tcpflow -r 'a b.pcap' '' 'it'\\''s' -Fk '$HOME'");
}

TEST(XmlWriter, IndentsByTwoSpacesALevel) {
  std::string text;
  XmlWriter xml(text, 1);
  xml.open("a");
  xml.element("b", "1 < 2");
  xml.line(XmlTag("c").with("d", uint64_t{3}).with("e", "'").empty_element());
  xml.close("a");
  EXPECT_EQ(text, "  <a>\n    <b>1 &lt; 2</b>\n    <c d='3' e='&apos;'/>\n  </a>\n");
}

}  // namespace
}  // namespace tcpflow
