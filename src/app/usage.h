// What the program says about itself.
#pragma once

#include <cstddef>
#include <string>

#include "app/options.h"

namespace tcpflow {

// -h: every option by group, and examples.
std::string usage_text();
// -hh: the same, and the names of -S, the scanners, what templates may hold, and how many flow
// files may be open at a time.
std::string more_help_text(size_t max_open_files);
// -H: one block for each scanner.
std::string scanner_help_text();
// -V: "TCPFLOW 2.0.0" and a newline.
std::string version_text();
// One line for standard error, without the program's name in front.
std::string usage_error_text(const UsageError& error);

}  // namespace tcpflow
