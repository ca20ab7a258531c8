// Whether and how a run tells its progress.
#pragma once

#include <optional>

#include "app/options.h"
#include "app/progress.h"

namespace tcpflow {

// What the standard descriptors lead to.
struct Screens {
  bool stderr_is_terminal = false;
  // What is printed on standard output may come to a screen: a terminal, or a pipe to a program
  // such as less that shows it.
  bool stdout_may_be_seen = false;
};
Screens look_at_screens();

// Nothing where progress is not to be told. It never shares a screen with what -c and -C print,
// unless it was asked for, and then in whole lines.
std::optional<ProgressForm> progress_form(const Options& options, const Screens& screens);

}  // namespace tcpflow
