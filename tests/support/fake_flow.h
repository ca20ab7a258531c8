// A flow without a table, for those who are only told of one.
#pragma once

#include <array>

#include "flow/flow.h"

namespace tcpflow::test {

class FakeFlow : public Flow {
 public:
  FakeFlow() = default;
  FakeFlow(const HalfInfo& originator, const HalfInfo& responder) : halves{originator, responder} {}

  FlowInfo info() const override { return flow; }
  HalfInfo half_info(Direction from) const override { return halves[index_of(from)]; }
  void settle_numbers(const FlowNumbers&) override {}
  FlowRecord describe(FlowEnd) override { return {}; }

  FlowInfo flow;
  std::array<HalfInfo, 2> halves;
};

}  // namespace tcpflow::test
