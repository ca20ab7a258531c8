#include "base/run_map.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace tcpflow {
namespace {

std::string text_of(const RunMap& runs) {
  std::string text(64, '.');
  for (const auto& run : runs) {
    const std::string_view part = as_text(run.second.octets.bytes());
    text.replace(run.first, part.size(), part);
  }
  return text;
}

// Whatever is cut out of it, what is left is in its place, and the cost is that of a fresh copy.
TEST(RunMap, IsWhatIsLeftAfterAnyCuts) {
  std::mt19937 random(5);
  for (int round = 0; round < 300; ++round) {
    RunMap runs;
    std::string model(64, '.');
    for (int step = 0; step < 30; ++step) {
      const uint64_t at = random() % 60;
      const uint64_t end = at + 1 + random() % (64 - at);
      for (auto run = runs.first_ending_after(at); run != runs.end() && run->first < end;) {
        const OctetRange whole = range_of(*run);
        run = runs.cut(run, {std::max(at, whole.begin), std::min(end, whole.end)});
      }
      model.replace(at, end - at, end - at, '.');
      ASSERT_EQ(text_of(runs), model);
      const std::string mine(end - at, static_cast<char>('a' + step % 26));
      if (step % 3 != 0) continue;
      runs.insert(at, as_bytes(mine), {});
      model.replace(at, end - at, mine);
    }
    size_t cost = 0;
    for (const auto& run : runs) cost += RunMap::kRunCost + run.second.octets.stored();
    EXPECT_EQ(runs.cost(), cost);
    while (!runs.is_empty()) runs.take_first();
    EXPECT_EQ(runs.cost(), 0u);
  }
}

}  // namespace
}  // namespace tcpflow
