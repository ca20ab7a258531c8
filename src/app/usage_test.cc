#include "app/usage.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>

#include "app/options_parameters.h"
#include "app/options_size.h"
#include "app/options_table.h"

namespace tcpflow {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(Usage, NamesEveryOptionInBothForms) {
  const std::string text = usage_text();
  for (const OptionSpec& spec : option_table()) {
    if (spec.code < kFirstLongOnly) {
      EXPECT_THAT(text, HasSubstr(std::string("\n  ").append(option_spelling(spec))));
    }
    if (spec.long_name[0] != '\0') {
      EXPECT_THAT(text, HasSubstr(std::string("--").append(spec.long_name)));
    }
    EXPECT_STRNE(spec.help, "");
  }
}

TEST(Usage, SpellsEveryOptionInOneWayOnly) {
  std::set<int> codes;
  std::set<std::string_view> names;
  for (const OptionSpec& spec : option_table()) {
    EXPECT_TRUE(codes.insert(spec.code).second) << option_spelling(spec);
    const bool has_name = spec.long_name[0] != '\0';
    EXPECT_TRUE(!has_name || names.insert(spec.long_name).second) << spec.long_name;
  }
}

// The manual page, with roff's \- read as the hyphens they are.
std::string manual() {
  std::string path = __FILE__;
  path.erase(path.rfind("src/app/"));
  std::ostringstream raw;
  raw << std::ifstream(path + "tcpflow.1").rdbuf();
  std::string text = raw.str();
  text.erase(std::remove(text.begin(), text.end(), '\\'), text.end());
  return text;
}

TEST(Usage, NamesNoOptionThatTheManualLacks) {
  const std::string text = manual();
  for (const OptionSpec& spec : option_table()) {
    EXPECT_THAT(text, HasSubstr(std::string("\n.BR ").append(option_spelling(spec))))
        << spec.long_name;
    EXPECT_THAT(text, HasSubstr(std::string("--").append(spec.long_name)));
  }
  for (const ParameterSpec& spec : parameter_table())
    EXPECT_THAT(text, HasSubstr(std::string(spec.name)));
}

TEST(Usage, FitsOnAScreen) {
  std::istringstream lines(more_help_text(1024) + scanner_help_text());
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 92u) << line;
}

TEST(Usage, TellsTheDefaultsOfTheLimits) {
  const Options defaults;
  const auto help_of = [](std::string_view name) {
    for (const OptionSpec& spec : option_table()) {
      if (spec.long_name == name) return std::string(spec.help);
    }
    return std::string();
  };
  const LimitSettings& limits = defaults.limits;
  const std::pair<const char*, std::string> cases[] = {
      {"max-flows", std::to_string(limits.flow.flows)},
      {"max-half-open", std::to_string(limits.flow.half_open)},
      {"max-vlans", std::to_string(limits.flow.vlans_per_key)},
      {"max-alternatives", size_text(limits.stream.delivered_windows_total)},
      {"max-udp", std::to_string(limits.flow.udp_conversations)},
      {"max-held", size_text(limits.stream.held_total)},
      {"max-held-per-half", size_text(limits.stream.held_per_half)},
      {"max-fragments", std::to_string(limits.fragments.datagrams)},
      {"max-fragment-bytes", size_text(limits.fragments.bytes)},
  };
  for (const auto& [name, value] : cases) {
    EXPECT_THAT(help_of(name), HasSubstr(std::string("(").append(value).append(")"))) << name;
  }
}

TEST(Usage, TellsMoreOnDemand) {
  const std::string text = more_help_text(20000);
  EXPECT_THAT(text, HasSubstr(usage_text()));
  for (const ParameterSpec& spec : parameter_table())
    EXPECT_THAT(text, HasSubstr(std::string("\n  ").append(spec.name).append("=")));
  for (const char* directive : {"%A", "%b", "%E", "%V", "%U", "%W", "%T", "%N", "%#", "%S", "%%"})
    EXPECT_THAT(text, HasSubstr(directive));
  EXPECT_THAT(text, HasSubstr("-e md5"));
  EXPECT_THAT(text, HasSubstr("20000"));
}

TEST(Usage, DescribesScannersThatAreThere) {
  const std::string text = scanner_help_text();
  EXPECT_THAT(text, HasSubstr("Scanner Name: md5\n"));
  EXPECT_THAT(text, HasSubstr("Scanner Name: tcpdemux\n"));
  EXPECT_THAT(text, HasSubstr("Scanner Name: http\n"));
  EXPECT_THAT(text, Not(HasSubstr("Scanner Name: netviz\n")));
  EXPECT_THAT(text, HasSubstr("Not in this version yet: netviz, wifiviz\n"));
}

TEST(Usage, HasTheVersionAsScriptsReadIt) {
  EXPECT_THAT(version_text(), ::testing::StartsWith("TCPFLOW "));
}

TEST(Usage, PointsToTheHelpAfterAnError) {
  EXPECT_EQ(usage_error_text({"unknown option -Q"}), "unknown option -Q (try 'tcpflow -h')");
}

}  // namespace
}  // namespace tcpflow
