// What the options of a command line mean together.
#pragma once

#include "app/options_table.h"

namespace tcpflow {

// Settles the scanners, fails what contradicts itself, and warns of options without effect, so that
// none is accepted in silence.
void check_together(ParseState& state);

}  // namespace tcpflow
