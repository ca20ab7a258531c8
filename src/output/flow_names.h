// What the files of flows are called.
#pragma once

#include <optional>
#include <string>

#include "flow/flow.h"

namespace tcpflow {

// Knows the files of flows that have not ended. One thread, that of the flows.
class FlowNames {
 public:
  virtual ~FlowNames() = default;
  // The name of the file of a half that had payload, which is made if it was not. nullopt: the
  // batch must end before that. "": it could not be made.
  virtual std::optional<std::string> name_of(const Flow& flow, Direction from) = 0;
};

// The files of one flow, for those who ask for their names.
class NamedFiles {
 public:
  virtual ~NamedFiles() = default;
  // As FlowNames has it.
  virtual std::optional<std::string> name_of(Direction from) = 0;
};

}  // namespace tcpflow
