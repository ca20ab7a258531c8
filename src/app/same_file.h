// Outputs that would overwrite an input.
#pragma once

#include "app/options.h"
#include "base/result.h"

namespace tcpflow {

// Fails where -w, --archive, a record or the report names a file that is also read (by whatever
// name), or two of them name the same: opening them would empty it. Asked before anything is
// opened.
Status check_outputs_are_apart(const Options& options);

}  // namespace tcpflow
