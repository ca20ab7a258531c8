// make_traffic PATTERN FILE [SCALE [SEED]]: writes a capture to measure with.
#include <cstdio>
#include <cstdlib>
#include <span>
#include <string>

#include "bench/patterns.h"

namespace tcpflow::bench {
namespace {

int usage() {
  std::fputs("usage: make_traffic PATTERN FILE [SCALE [SEED]]\n", stderr);
  for (const Pattern& pattern : patterns())
    std::fprintf(stderr, "  %-16s %s\n", std::string(pattern.name).c_str(),
                 std::string(pattern.what).c_str());
  return 2;
}

int write(const Pattern& pattern, const std::string& path, double scale, uint64_t seed) {
  PcapWriter out(path);
  Random random(seed);
  const Content content{Random(seed)};
  Stage stage{out, content, random, scale};
  if (out.ok()) pattern.write(stage);
  if (!out.finish()) {
    std::perror(path.c_str());
    return 1;
  }
  std::printf("%llu packets, %llu bytes\n", static_cast<unsigned long long>(out.packets()),
              static_cast<unsigned long long>(out.octets()));
  return 0;
}

int run(std::span<char*> words) {
  if (words.size() < 3 || words.size() > 5) return usage();
  const double scale = words.size() > 3 ? std::atof(words[3]) : 1.0;
  const uint64_t seed = words.size() > 4 ? std::strtoull(words[4], nullptr, 10) : 1;
  for (const Pattern& pattern : patterns())
    if (pattern.name == words[1] && scale > 0) return write(pattern, words[2], scale, seed);
  return usage();
}

}  // namespace
}  // namespace tcpflow::bench

int main(int argc, char** argv) { return tcpflow::bench::run({argv, static_cast<size_t>(argc)}); }
