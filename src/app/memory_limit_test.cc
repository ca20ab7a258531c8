#include "app/memory_limit.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

#include "app/options.h"

namespace tcpflow {
namespace {

Result<Options, UsageError> parsed(const std::string& line) {
  std::vector<std::string> words = {"tcpflow", "-r", "x.pcap"};
  std::istringstream stream(line);
  for (std::string word; stream >> word;) words.push_back(word);
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  return parse_options(pointers);
}

bool is_share(const Options& options, const std::string& limit) {
  const auto& shares = options.limits.shares;
  return std::find(shares.begin(), shares.end(), limit) != shares.end();
}

TEST(MemoryLimit, LeavesLimitsAloneWithoutIt) {
  const auto options = parsed("");
  ASSERT_TRUE(options);
  EXPECT_EQ(options->limits.flow.octets, FlowLimits().octets);
  EXPECT_EQ(options->limits.stream.held_total, StreamLimits().held_total);
  EXPECT_EQ(options->limits.output.open_files, OutputLimits().open_files);
  EXPECT_FALSE(options->limits.memory);
  EXPECT_TRUE(options->limits.shares.empty());
}

// What the limits come to, at what one of each kind takes, and the program besides.
TEST(MemoryLimit, IsMoreThanItsSharesComeTo) {
  for (const char* size : {"64M", "128M", "1G", "7G"}) {
    const auto options =
        parsed(std::string("--udp --keep-alternatives --strict --memory-limit ").append(size));
    ASSERT_TRUE(options);
    const LimitSettings& limits = options->limits;
    const OutputLimits& output = limits.output;
    const size_t flows = limits.flow.octets + limits.flow.udp_conversations * 1500 +
                         limits.flow.listed * 3 + limits.flow.remember_packets * 128;
    const size_t streams = limits.stream.held_total * 2 + limits.stream.delivered_windows_total;
    const size_t rest = limits.fragments.bytes + limits.senders.hosts * 128 + output.held_total +
                        std::min<size_t>(output.open_files, 65536) * 450;
    const size_t threads = most_threads_within(*limits.memory) * (size_t{6} << 20);
    const size_t program = size_t{24} << 20;
    EXPECT_LE(flows + streams + rest + threads + program, *limits.memory) << size;
    EXPECT_LE(limits.stream.held_per_half, limits.stream.held_total);
    EXPECT_LE(output.archive_held_total + 24 * output.archive_names, *limits.memory / 8) << size;
  }
}

TEST(MemoryLimit, RaisesNothing) {
  const auto options = parsed("--memory-limit 1T");
  ASSERT_TRUE(options);
  EXPECT_EQ(options->limits.flow.udp_conversations, FlowLimits().udp_conversations);
  EXPECT_EQ(options->limits.fragments.bytes, FragmentLimits().bytes);
  EXPECT_EQ(options->limits.read_size, LimitSettings().read_size);
  EXPECT_EQ(options->limits.shares, std::vector<std::string>{"memory_limit"});
}

TEST(MemoryLimit, KeepsALimitThatIsBelowItsShare) {
  const auto options = parsed("--memory-limit 128M --max-held 1M --max-flows 7");
  ASSERT_TRUE(options);
  EXPECT_EQ(options->limits.stream.held_total, size_t{1} << 20);
  EXPECT_EQ(options->limits.flow.flows, 7u);
  EXPECT_FALSE(is_share(*options, "max_held"));
  EXPECT_TRUE(is_share(*options, "max_held_per_half"));
}

TEST(MemoryLimit, RefusesALimitThatDoesNotFit) {
  for (const char* words :
       {"--max-held 1G", "--max-held-per-half 16M", "--max-fragment-bytes 16M",
        "--udp --max-udp 65536", "--keep-alternatives --max-alternatives 64M"}) {
    const auto options = parsed(std::string(words).append(" --memory-limit 128M"));
    ASSERT_FALSE(options) << words;
    EXPECT_NE(options.error().message.find(" does not fit into --memory-limit 128M, of which its "
                                           "share is "),
              std::string::npos)
        << options.error().message;
  }
}

TEST(MemoryLimit, SharesOutLessWhereMoreIsMadeOfAByte) {
  const auto files = parsed("--memory-limit 128M");
  const auto console = parsed("--memory-limit 128M -c");
  const auto hashed = parsed("--memory-limit 128M -e md5");
  ASSERT_TRUE(files && console && hashed);
  EXPECT_LT(console->limits.stream.held_total, files->limits.stream.held_total / 4);
  EXPECT_GT(hashed->limits.flow.flow_cost, files->limits.flow.flow_cost);
}

constexpr const char* kPython = " -e python -S py_module=m -S py_function=f";

TEST(MemoryLimit, CoversWhatIsGatheredForPythonAndPythonItself) {
  for (const char* size : {"64M", "128M", "1G", "7G"}) {
    const std::string memory = std::string("--udp --memory-limit ").append(size);
    const auto without = parsed(memory);
    const auto with = parsed(memory + kPython);
    ASSERT_TRUE(with && without) << size;
    const LimitSettings& limits = with->limits;
    const size_t flows = limits.flow.octets + limits.flow.udp_conversations * 1500;
    const size_t streams = limits.stream.held_total * 2 + limits.python.held * 2;
    const size_t program = size_t{24 + 16} << 20;
    const size_t threads = most_threads_within(*limits.memory) * (size_t{6} << 20);
    EXPECT_LE(flows + streams + threads + program, *limits.memory) << size;
    EXPECT_LE(limits.python.per_half, limits.python.held) << size;
    EXPECT_LT(limits.flow.octets, without->limits.flow.octets) << size;
    EXPECT_GT(limits.flow.flow_cost, without->limits.flow.flow_cost) << size;
    EXPECT_EQ(without->limits.python.held, PythonLimits().held) << size;
  }
}

TEST(MemoryLimit, SaysThatItLoweredWhatPythonGets) {
  const auto small = parsed(std::string("--memory-limit 64M") + kPython);
  const auto large = parsed(std::string("--memory-limit 7G") + kPython);
  ASSERT_TRUE(small && large);
  EXPECT_TRUE(is_share(*small, "python_held"));
  EXPECT_TRUE(is_share(*small, "max_python"));
  EXPECT_FALSE(is_share(*large, "python_held"));
  EXPECT_EQ(large->limits.python.held, PythonLimits().held);
  EXPECT_EQ(large->limits.python.per_half, PythonLimits().per_half);
}

TEST(MemoryLimit, KeepsOrRefusesWhatPythonWasToGet) {
  const auto kept = parsed(std::string("--memory-limit 128M --max-python 1M") + kPython);
  ASSERT_TRUE(kept);
  EXPECT_EQ(kept->limits.python.per_half, size_t{1} << 20);
  EXPECT_FALSE(is_share(*kept, "max_python"));
  const auto refused = parsed(std::string("--memory-limit 128M --max-python 64M") + kPython);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message.rfind("--max-python does not fit into --memory-limit 128M", 0),
            0u)
      << refused.error().message;
  EXPECT_TRUE(parsed("--memory-limit 128M --max-python 64M")) << "nothing is gathered";
}

TEST(MemoryLimit, CannotBeTooLittleToWorkWith) {
  const auto options = parsed("--memory-limit 63M");
  ASSERT_FALSE(options);
  EXPECT_EQ(options.error().message, "--memory-limit must be at least 64M, not 63M");
  EXPECT_TRUE(parsed("--memory-limit 64M"));
  EXPECT_EQ(parsed("--memory-limit lots").error().message,
            "--memory-limit needs a size such as 500k, 64M or 2G, not 'lots'");
}

TEST(MemoryLimit, HasRoomForFewThreads) {
  EXPECT_EQ(most_threads_within(size_t{64} << 20), 1u);
  EXPECT_EQ(most_threads_within(size_t{128} << 20), 2u);
  EXPECT_EQ(most_threads_within(size_t{1} << 30), 21u);
}

}  // namespace
}  // namespace tcpflow
