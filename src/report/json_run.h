// What JSON records say about the run as a whole.
#pragma once

#include <string>

#include "report/run_facts.h"

namespace tcpflow {

// The first line: which schema follows, and what was asked for.
std::string json_run_line(const StartFacts& facts);
// The last: what it came to, and whether anything is missing.
std::string json_summary_line(const RunFacts& facts, Timestamp end);

}  // namespace tcpflow
