// What connections and conversations have in common for those who are told of them.
#pragma once

#include <cstdint>

#include "flow/flow_info.h"
#include "flow/flow_record.h"

namespace tcpflow {

class FlowNumbers;

// A flow of any protocol, owned by its table until it ends. Consumers may keep a pointer to it from
// on_start() until on_end() has returned. One thread at a time.
class Flow {
 public:
  virtual ~Flow() = default;
  // Its session is settled once the batch in which the flow began has come to its end.
  virtual FlowInfo info() const = 0;
  // Of a half that has started; its number is settled likewise.
  virtual HalfInfo half_info(Direction from) const = 0;
  // Puts the numbers that are known now in the place of provisional ones.
  virtual void settle_numbers(const FlowNumbers& numbers) = 0;
  // The flow has ended: has the consumers say what they made of it, and returns all that is known.
  // The last call.
  virtual FlowRecord describe(FlowEnd why) = 0;

 protected:
  Flow() = default;
  Flow(const Flow&) = default;
  Flow& operator=(const Flow&) = default;
};

}  // namespace tcpflow
