#include "output/file_name.h"

#include <gtest/gtest.h>

#include <set>

#include "output/test_flows.h"

namespace tcpflow {
namespace {

using test::client_half;
using test::ipv6_half;
using test::kC;

// The name by -T `text` (none: the default template) after the letters of -F.
std::string name_of(const std::string& letters, const HalfInfo& half, uint64_t counter = 0,
                    const std::string& folder = ".") {
  NameTemplateBuilder builder;
  for (const char letter : letters) builder.apply(letter);
  std::string name;
  builder.build(folder)->expand(half, 7, counter, name);
  return name;
}

std::string by_template(const std::string& text, const HalfInfo& half, uint64_t counter = 0) {
  NameTemplateBuilder builder;
  builder.set(text);
  std::string name;
  builder.build("")->expand(half, 7, counter, name);
  return name;
}

TEST(NameTemplate, DefaultNamesBothEndsPaddedAndCountsCollisions) {
  EXPECT_EQ(name_of("", client_half()), kC);
  EXPECT_EQ(name_of("", client_half(), 1), std::string(kC) + "c1");
  EXPECT_EQ(name_of("", client_half(), 12), std::string(kC) + "c12");
  EXPECT_EQ(name_of("", ipv6_half()), "2001:db8::c.40000-2001:db8:0:1::80.00080");
}

TEST(NameTemplate, PutsTheFolderInFrontAsItIs) {
  EXPECT_EQ(name_of("", client_half(), 0, "."), kC);
  EXPECT_EQ(name_of("", client_half(), 0, ""), kC);
  EXPECT_EQ(name_of("", client_half(), 0, "out/"), std::string("out//") + kC);
  EXPECT_EQ(name_of("", client_half(), 0, "a%b"), std::string("a%b/") + kC);
}

TEST(NameTemplate, NamesTheVlanOnlyWhereThereIsOne) {
  HalfInfo half = client_half();
  half.link.vlan = 42;
  EXPECT_EQ(name_of("", half), std::string(kC) + "--42");
  EXPECT_EQ(name_of("", half, 1), std::string(kC) + "--42c1");
  half.link.vlan = 0;
  EXPECT_EQ(name_of("", half), std::string(kC) + "--0");
}

TEST(NameTemplate, EndsInUdpForUdpUnderEveryTemplateAndCounter) {
  HalfInfo half = client_half();
  half.transport = Transport::udp;
  EXPECT_EQ(name_of("", half), std::string(kC) + ".udp");
  EXPECT_EQ(name_of("", half, 1), std::string(kC) + "c1.udp");
  EXPECT_EQ(name_of("c", half, 2), std::string(kC) + "cc2.udp");
  EXPECT_EQ(by_template("%A/x", half, 3), "010.001.002.003/xc3.udp");
}

TEST(NameTemplate, ExpandsEveryDirective) {
  HalfInfo half = client_half();
  half.flow_number = 1'234'567'890'123;
  half.link.source_mac.octets = {2, 0, 0, 0, 0, 0x0c};
  half.link.destination_mac.octets = {2, 0, 0, 0, 0, 5};
  EXPECT_EQ(by_template("%A_%a%c", half), "010.001.002.003_40000");
  EXPECT_EQ(by_template("%B_%b%c", half), "192.000.002.080_00080");
  EXPECT_EQ(by_template("%E-%e%c", half), "02:00:00:00:00:0c-02:00:00:00:00:05");
  EXPECT_EQ(by_template("%T%c", half), "2017-07-14T02:40:00Z");
  EXPECT_EQ(by_template("%t%c", half), "1500000000");
  EXPECT_EQ(by_template("%N.%K.%M.%G%c", half), "123.890.567.234");
  EXPECT_EQ(by_template("%S%c", half), "00000000000000000007");
  EXPECT_EQ(by_template("%%%c", half), "%");
  EXPECT_EQ(by_template("[%V%v]", half), "[]");
  EXPECT_EQ(by_template("%U/%W%c", half), "direct/untagged") << "never empty: it may be a folder";
  EXPECT_EQ(by_template("%C|%c|%#", half, 0), "||0");
  EXPECT_EQ(by_template("%C|%c|%#", half, 3), "c|3|3");
}

TEST(NameTemplate, NamesTunnelsAndAllVlans) {
  HalfInfo half = client_half();
  half.encapsulation = "vxlan 10.0.0.1-10.0.0.2 vni 42, ipip 2001:db8::1-2001:db8::2";
  for (const uint16_t id : std::vector<uint16_t>{100, 42}) half.link.vlans.add(id);
  EXPECT_EQ(by_template("%U%c", half),
            "vxlan_10.0.0.1-10.0.0.2_vni_42+ipip_2001:db8::1-2001:db8::2");
  EXPECT_EQ(by_template("%W%c", half), "100.42");
}

TEST(NameTemplate, AppendsTheCounterToTemplatesWithoutOne) {
  EXPECT_EQ(by_template("x", client_half(), 2), "xc2");
  EXPECT_EQ(by_template("x%#", client_half(), 0), "x0");
  EXPECT_EQ(by_template("x%#", client_half(), 1), "x1c1");
  EXPECT_EQ(by_template("x%C", client_half(), 0), "x");
  EXPECT_EQ(by_template("x%C", client_half(), 1), "xcc1");
  EXPECT_EQ(by_template("x%c", client_half(), 1), "x1");
}

TEST(NameTemplate, TakesATrailingPercentAsTheOriginalDid) {
  EXPECT_EQ(by_template("%A%", client_half(), 3), "010.001.002.003%C3");
}

TEST(NameTemplate, RefusesWhatCannotNameAFile) {
  for (const std::string text : {"", "%C%c", "dir/%C%c", "%A/%c", "/"}) {
    const Result<NameTemplate> names = NameTemplate::parse(text, "out");
    ASSERT_FALSE(names) << text;
    EXPECT_EQ(names.error().message,
              "invalid file name template '" + text + "': it gives no file name");
  }
  EXPECT_TRUE(NameTemplate::parse("dir/%#", "out"));
}

TEST(NameTemplate, RefusesUnknownDirectivesAndALonePercent) {
  const Result<NameTemplate> unknown = NameTemplate::parse("a%Q", "");
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().message, "invalid file name template 'a%Q': unknown directive %Q");
  const Result<NameTemplate> lone = NameTemplate::parse("%c%", "");
  ASSERT_FALSE(lone);
  EXPECT_EQ(lone.error().message, "invalid file name template '%c%': it cannot end with a %");
}

TEST(NameTemplate, LettersPutTheirPartInFront) {
  HalfInfo half = client_half();
  half.flow_number = 1'002'003'004;
  EXPECT_EQ(name_of("t", half), std::string("1500000000T") + kC);
  EXPECT_EQ(name_of("T", half), std::string("2017-07-14T02:40:00Z") + kC);
  EXPECT_EQ(name_of("k", half), std::string("003/") + kC);
  EXPECT_EQ(name_of("m", half), std::string("002000-002999/002003/") + kC);
  EXPECT_EQ(name_of("g", half),
            std::string("001000000-001999999/001002000-001002999/001002003/") + kC);
  EXPECT_EQ(name_of("tk", half), std::string("003/1500000000T") + kC);
  EXPECT_EQ(name_of("kt", half), std::string("1500000000T003/") + kC);
}

TEST(NameTemplate, ActsOnTemplateAndLettersInCommandLineOrder) {
  NameTemplateBuilder letter_last;
  letter_last.set("x%c");
  letter_last.apply('k');
  EXPECT_EQ(letter_last.text(), "%K/x%c");
  NameTemplateBuilder template_last;
  template_last.apply('k');
  template_last.set("x%c");
  EXPECT_EQ(template_last.text(), "x%c");
}

TEST(NameTemplate, SaysWhatALetterAsksForBesidesTheName) {
  NameTemplateBuilder builder;
  EXPECT_EQ(builder.apply('X'), NameLetter::store_nothing);
  EXPECT_EQ(builder.apply('M'), NameLetter::want_md5);
  EXPECT_EQ(builder.apply('z'), NameLetter::unknown);
  EXPECT_EQ(builder.text(), NameTemplateBuilder().text());
}

TEST(NameTemplate, KeepsTheFirstNamesOfFcAndThenCounts) {
  EXPECT_EQ(name_of("c", client_half(), 0), kC);
  EXPECT_EQ(name_of("c", client_half(), 1), std::string(kC) + "cc");
  EXPECT_EQ(name_of("c", client_half(), 2), std::string(kC) + "cc2");
  EXPECT_EQ(name_of("c", client_half(), 3), std::string(kC) + "cc3");
}

TEST(NameTemplate, GivesEveryCounterItsOwnName) {
  for (const std::string text : {"a%%c", "x", "x%C", "x%c", "x%#", "%A%", "1%c1", "%c%#"}) {
    std::set<std::string> names;
    for (uint64_t counter = 0; counter < 200; ++counter) {
      EXPECT_TRUE(names.insert(by_template(text, client_half(), counter)).second) << text;
    }
  }
  EXPECT_EQ(by_template("a%%c", client_half(), 1), "a%cc1");
}

TEST(NameTemplate, KnowsWhetherTheWholeTupleIsInTheName) {
  EXPECT_TRUE(NameTemplateBuilder().build("")->has_whole_tuple());
  EXPECT_FALSE(NameTemplate::parse("%A.%a-%B%c", "")->has_whole_tuple());
}

// As many tunnels as are opened, between IPv6 addresses, and one octet of difference at the end.
std::string many_tunnels(const std::string& last) {
  std::string path;
  for (int i = 0; i < 7; ++i) path += "vxlan 2001:db8::1-2001:db8::2 vni 42, ";
  return path + "vxlan 2001:db8::1-2001:db8::2 vni " + last;
}

TEST(NameTemplate, NamesManyTunnelsByTheOuterOnesAndAHash) {
  HalfInfo half = ipv6_half();
  half.encapsulation = many_tunnels("7");
  const std::string name = by_template("%U", half);
  EXPECT_EQ(name,
            "vxlan_2001:db8::1-2001:db8::2_vni_42+vxlan_2001:db8::1-2001:db8::2_vni_42"
            "+vxlan_~7cbf31328d58b960")
      << "the same in every run";
  EXPECT_LE(by_template("%A.%a-%B.%b%V%v-%U", half).size(), size_t{200});
  half.encapsulation = many_tunnels("8");
  EXPECT_NE(by_template("%U", half), name);
}

TEST(NameTemplate, NamesTunnelsInFullUpToAHundredOctets) {
  HalfInfo half = client_half();
  half.encapsulation = std::string(100, 'x');
  EXPECT_EQ(by_template("%U", half), std::string(100, 'x'));
  half.encapsulation += 'x';
  EXPECT_EQ(by_template("%U", half).size(), 97u);
  EXPECT_EQ(by_template("%A-%U", half).substr(0, 17), "010.001.002.003-x");
}

}  // namespace
}  // namespace tcpflow
