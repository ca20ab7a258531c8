#include "app/options_policies.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/options.h"

namespace tcpflow {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Result<Options, UsageError> parse(std::vector<std::string> words) {
  words.insert(words.begin(), "tcpflow");
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  return parse_options(arguments);
}

Options options_of(std::vector<std::string> words) {
  const Result<Options, UsageError> options = parse(std::move(words));
  EXPECT_TRUE(options) << (options ? "" : options.error().message);
  return options ? *options : Options();
}

std::string error_of(std::vector<std::string> words) {
  const Result<Options, UsageError> options = parse(std::move(words));
  return options ? "" : options.error().message;
}

IpAddress host(const std::string& text) {
  const Result<IpNetwork> network = IpNetwork::parse(text);
  EXPECT_TRUE(network) << text;
  return network ? network->address : IpAddress{};
}

TEST(PolicyOptions, NameAPolicyForEachNetworkAndOneForTheRest) {
  const Options options = options_of({"--overlap-policy",
                                      "linux=10.0.0.0/8,windows=10.1.0.0/16,last,"
                                      "solaris=2001:db8::/32"});
  const NetworkTable<OverlapPolicy>& table = options.flow.overlap.table;
  EXPECT_EQ(table.find(host("10.2.3.4")), OverlapPolicy::modern_linux);
  EXPECT_EQ(table.find(host("10.1.3.4")), OverlapPolicy::windows);
  EXPECT_EQ(table.find(host("2001:db8::1")), OverlapPolicy::solaris);
  EXPECT_EQ(table.find(host("192.0.2.1")), OverlapPolicy::last);
}

TEST(PolicyOptions, AreFirstForAllUnlessSaidOtherwise) {
  const Options options = options_of({});
  EXPECT_TRUE(options.flow.overlap.table.is_only(OverlapPolicy::first));
  EXPECT_TRUE(options.decode.fragments.table.is_only(FragmentPolicy::first));
  EXPECT_FALSE(options.flow.keep_alternatives);
}

TEST(PolicyOptions, AddUpWhenRepeated) {
  const Options options =
      options_of({"--fragment-policy=windows=10.0.0.0/8", "--fragment-policy=linux_modern"});
  const NetworkTable<FragmentPolicy>& table = options.decode.fragments.table;
  EXPECT_EQ(table.find(host("10.0.0.1")), FragmentPolicy::windows);
  EXPECT_EQ(table.find(host("11.0.0.1")), FragmentPolicy::linux_modern);
}

TEST(PolicyOptions, SayWhatIsWrongWithThem) {
  EXPECT_EQ(error_of({"--overlap-policy", "linus"}),
            "--overlap-policy knows no policy 'linus', only first last bsd macos windows win2k3 "
            "vista linux old_linux irix hpux10 solaris hpux11");
  EXPECT_EQ(error_of({"--fragment-policy", "vista"}),
            "--fragment-policy knows no policy 'vista', only first last bsd bsd_right linux "
            "windows solaris linux_modern");
  EXPECT_THAT(error_of({"--overlap-policy", ""}), HasSubstr("knows no policy ''"));
  EXPECT_THAT(error_of({"--overlap-policy", "first,"}), HasSubstr("knows no policy ''"));
  EXPECT_EQ(error_of({"--overlap-policy", "linux=10.0.0/8"}),
            "--overlap-policy: '10.0.0/8' is no network such as 10.0.0.0/8 or 2001:db8::/32");
  EXPECT_EQ(error_of({"--overlap-policy", "linux="}),
            "--overlap-policy: '' is no network such as 10.0.0.0/8 or 2001:db8::/32");
  EXPECT_EQ(error_of({"--overlap-policy", "linux=10.0.0.0/8,bsd=10.0.0.0/8"}),
            "--overlap-policy has two policies for 10.0.0.0/8");
  EXPECT_EQ(error_of({"--fragment-policy", "last", "--fragment-policy", "first"}),
            "--fragment-policy has two policies without a network");
}

TEST(PolicyOptions, AreWarnedOfWhereThereAreNoStreams) {
  EXPECT_THAT(options_of({"-K", "--overlap-policy", "last", "--keep-alternatives"}).warnings,
              ElementsAre("--overlap-policy has no effect with -K: there are no streams",
                          "--keep-alternatives has no effect with -K: there are no streams"));
  EXPECT_THAT(options_of({"--overlap-policy", "last"}).warnings, ElementsAre());
}

}  // namespace
}  // namespace tcpflow
