#include "scan/registry.h"

#include <gtest/gtest.h>

namespace tcpflow {
namespace {

using Kind = ScannerSwitch::Kind;
using Switches = std::vector<ScannerSwitch>;

ScannerSet after(const Switches& switches) {
  const Result<ScannerSet> set = ScannerSet::after(switches);
  EXPECT_TRUE(set) << set.error().message;
  return set ? *set : ScannerSet();
}

std::string error_after(const Switches& switches) {
  const Result<ScannerSet> set = ScannerSet::after(switches);
  return set ? "" : set.error().message;
}

TEST(ScannerSet, FollowsConnectionsAndNothingElseByDefault) {
  const ScannerSet set = after({});
  EXPECT_TRUE(set.is_on("tcpdemux"));
  EXPECT_FALSE(set.is_on("md5"));
}

TEST(ScannerSet, TurnsOnAllThereAreAndNoneThatComesLater) {
  for (const ScannerSet& set : {after({{Kind::all, ""}}), after({{Kind::enable, "all"}})}) {
    EXPECT_TRUE(set.is_on("tcpdemux"));
    EXPECT_TRUE(set.is_on("md5"));
    EXPECT_TRUE(set.is_on("http"));
    EXPECT_FALSE(set.is_on("netviz"));
  }
}

TEST(ScannerSet, TurnsOnPythonByItsNameOnly) {
  EXPECT_FALSE(after({{Kind::all, ""}}).is_on("python")) << "it needs parameters";
  EXPECT_FALSE(after({{Kind::enable, "all"}}).is_on("python"));
  EXPECT_TRUE(after({{Kind::enable, "python"}}).is_on("python"));
  EXPECT_TRUE(after({{Kind::only, "python"}}).is_on("tcpdemux"));
  EXPECT_FALSE(after({{Kind::enable, "python"}, {Kind::disable, "all"}}).is_on("python"));
}

TEST(ScannerSet, ExecutesSwitchesLeftToRight) {
  EXPECT_FALSE(after({{Kind::enable, "md5"}, {Kind::disable, "md5"}}).is_on("md5"));
  EXPECT_TRUE(after({{Kind::disable, "md5"}, {Kind::enable, "md5"}}).is_on("md5"));
  EXPECT_FALSE(after({{Kind::all, ""}, {Kind::only, "tcpdemux"}}).is_on("md5"));
  EXPECT_TRUE(after({{Kind::only, "tcpdemux"}, {Kind::enable, "md5"}}).is_on("md5"));
}

TEST(ScannerSet, KeepsFlowsWhenOnlyAScannerOfFlowsIsWanted) {
  const ScannerSet set = after({{Kind::disable, "tcpdemux"}, {Kind::only, "md5"}});
  EXPECT_TRUE(set.is_on("md5"));
  EXPECT_TRUE(set.is_on("tcpdemux"));
}

TEST(ScannerSet, LetsTheUserTurnOffFlowsOrEverything) {
  EXPECT_FALSE(after({{Kind::disable, "tcpdemux"}}).is_on("tcpdemux"));
  EXPECT_FALSE(after({{Kind::disable, "all"}}).is_on("tcpdemux"));
}

TEST(ScannerSet, TakesTheDigestLetterForMd5) {
  EXPECT_TRUE(after({{Kind::digests, ""}}).is_on("md5"));
}

TEST(ScannerSet, NamesAnUnknownScannerInTheOldWords) {
  EXPECT_EQ(error_after({{Kind::enable, "nosuch"}}), "Invalid scanner name 'nosuch'");
  EXPECT_EQ(error_after({{Kind::disable, ""}}), "Invalid scanner name ''");
}

TEST(ScannerSet, SaysThatAScannerComesLater) {
  for (const char* name : {"netviz", "wifiviz"}) {
    EXPECT_EQ(error_after({{Kind::enable, name}}),
              "scanner '" + std::string(name) + "' is not in this version yet");
    EXPECT_EQ(error_after({{Kind::disable, name}}), "") << "it is off already";
  }
}

}  // namespace
}  // namespace tcpflow
