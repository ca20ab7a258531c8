#include "scan/http/safe_name.h"

#include <gtest/gtest.h>

namespace tcpflow {
namespace {

TEST(SafeName, LeavesGoodNamesAlone) {
  for (const char* name : {"a.pdf", "r\u00e9sum\u00e9 (1).tar.gz", "\U0001f600.png", "a..b-", "_"})
    EXPECT_EQ(safe_file_name(name), name);
}

TEST(SafeName, IsTheLastComponentOfAPath) {
  EXPECT_EQ(safe_file_name("../../etc/passwd"), "passwd");
  EXPECT_EQ(safe_file_name("C:\\Users\\me\\x.doc"), "x.doc");
  EXPECT_EQ(safe_file_name("a/b\\c"), "c");
  EXPECT_EQ(safe_file_name("a/"), "");
}

TEST(SafeName, HasNoCharacterThatAnySystemTakesAmiss) {
  EXPECT_EQ(safe_file_name("a:b*c?d\"e<f>g|h"), "a_b_c_d_e_f_g_h");
  EXPECT_EQ(safe_file_name(std::string_view("a\0b\n\x1b\x7f", 6)), "a_b___");
  EXPECT_EQ(safe_file_name("a\u0085b"), "a_b");
  EXPECT_EQ(safe_file_name("a\u2028b\u2029c"), "a_b_c");
  EXPECT_EQ(safe_file_name("$(a) `b`;c&d'e!f#g{h}[i]j~k^l"), "_(a) _b__c_d_e_f_g_h__i_j_k_l");
  EXPECT_EQ(safe_file_name("a\xff\xc3(\xed\xa0\x80"), "a__(___");
}

TEST(SafeName, HasNothingThatTurnsItsDirectionAround) {
  for (const char* odd : {"\u200e", "\u200f", "\u202a", "\u202e", "\u2066", "\u2069", "\ufeff"})
    EXPECT_EQ(safe_file_name(std::string("a") + odd + "fdp.exe"), "a_fdp.exe");
  for (const char* good : {"\u200d", "\u202f", "\u2065", "\u206a"})
    EXPECT_EQ(safe_file_name(std::string("a") + good), std::string("a") + good);
}

TEST(SafeName, NeitherHidesNorLooksLikeAnOptionNorEndsInvisibly) {
  EXPECT_EQ(safe_file_name(".. -rf .x. ."), "rf .x");
  EXPECT_EQ(safe_file_name(".htaccess"), "htaccess");
  for (const char* nothing : {"", ".", "..", " - . ", "a/.."})
    EXPECT_EQ(safe_file_name(nothing), "");
}

TEST(SafeName, KeepsAShortExtensionWhenItIsCut) {
  EXPECT_EQ(safe_file_name(std::string(200, 'a') + ".pdf"), std::string(96, 'a') + ".pdf");
  EXPECT_EQ(safe_file_name(std::string(98, 'a') + ".html").size(), 100U);
  EXPECT_EQ(safe_file_name(std::string(96, 'a') + ".pdf"), std::string(96, 'a') + ".pdf");
  EXPECT_EQ(safe_file_name(std::string(95, 'a') + " .. " + std::string(9, 'a') + ".pdf"),
            std::string(95, 'a') + ".pdf");
}

TEST(SafeName, IsCutWithALongExtension) {
  EXPECT_EQ(safe_file_name("a." + std::string(200, 'b')), "a." + std::string(98, 'b'));
  EXPECT_EQ(safe_file_name(std::string(99, 'a') + "." + std::string(99, 'b')),
            std::string(99, 'a'));
}

TEST(SafeName, IsCutBetweenCharacters) {
  std::string name;
  for (int i = 0; i < 60; ++i) name += "\u20ac";
  EXPECT_EQ(safe_file_name(name), name.substr(0, 99));
  EXPECT_EQ(safe_file_name(name + ".txt"), name.substr(0, 96) + ".txt");
}

TEST(SafeName, IsTheSameWhenMadeSafeAgain) {
  for (const std::string& name : {std::string(99, 'a') + " b.c",
                                  ".\x80." + std::string(120, ' ') + "x", std::string("-_.")}) {
    const std::string safe = safe_file_name(name);
    EXPECT_EQ(safe_file_name(safe), safe);
  }
}

TEST(SafeName, IsFoundInAUrl) {
  EXPECT_EQ(name_from_url("/a/b/c.js"), "c.js");
  EXPECT_EQ(name_from_url("/a/c.js?x=/y#/z"), "c.js");
  EXPECT_EQ(name_from_url("/c.js#?"), "c.js");
  EXPECT_EQ(name_from_url("http://example.org/d/e%20f.html?q"), "e f.html");
  EXPECT_EQ(name_from_url("/to/http://example.org"), "example.org");
  EXPECT_EQ(name_from_url("/r\u00e9.txt"), "r\u00e9.txt");
}

TEST(SafeName, IsDecodedOnceInAUrl) {
  EXPECT_EQ(name_from_url("/a%252Fb"), "a%2Fb");
  EXPECT_EQ(name_from_url("/x/..%2f..%5cpasswd"), "passwd");
  EXPECT_EQ(name_from_url("/a%00%3fb%FF"), "a__b_");
}

TEST(SafeName, IsMissingInAUrlWithoutOne) {
  for (const char* target : {"", "/", "/a/", "/?a", "*", "example.org:443", "http://example.org",
                             "http://example.org?a/b", "http://example.org/", "/%2e%2e"})
    EXPECT_EQ(name_from_url(target), "") << target;
}

}  // namespace
}  // namespace tcpflow
