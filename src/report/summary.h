// What the run came to, as a few lines for people.
#pragma once

#include <optional>
#include <string>

#include "report/run_facts.h"

namespace tcpflow {

// What the summary tells beside the facts of the run, which it borrows.
struct SummaryFacts {
  const RunFacts& run;
  bool is_live = false;
  std::string folder = {};                 // of the flow files; empty: none are written
  bool has_captures = false;               // -K: the files are captures
  bool prints = false;                     // -c, -C
  std::optional<std::string> report = {};  // its path
  Duration took{0};
};

// Lines with a heading, a number and what it counts, aligned; nothing about zeros. A pure function.
std::string summary_text(const SummaryFacts& facts);

}  // namespace tcpflow
