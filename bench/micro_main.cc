// micro [--benchmark_filter=REGEX ...]: runs the micro-benchmarks.
#include <benchmark/benchmark.h>

#include "bench/micro.h"

int main(int argc, char** argv) {
  tcpflow::bench::register_decode();
  tcpflow::bench::register_table();
  tcpflow::bench::register_reassembler();
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
