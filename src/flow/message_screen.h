// Where a scanner shows what it reads, as it reads it.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/bytes.h"
#include "flow/flow.h"

namespace tcpflow {

// The halves of one flow on a screen. The screen is itself a consumer of the flow, told before the
// scanner, so it has all octets; the scanner says what they are. They are counted in the order in
// which they were handed out, without gaps: what is told goes from where the call before ended up
// to `upto`, and of what was told already it does nothing. Octets that nothing was told of yet
// wait. Lives as long as the flow's consumers, on their thread; spans die when a call returns.
class FlowScreen {
 public:
  virtual ~FlowScreen() = default;
  // No message: they are shown as they are, and so are gaps among them and behind them.
  virtual void show(Direction from, uint64_t upto) = 0;
  // The head of a message, whole; a message may have none.
  virtual void show_head(Direction from, uint64_t upto) = 0;
  // What frames a body, or a body itself: what it comes to is told by itself.
  virtual void pass(Direction from, uint64_t upto) = 0;
  // The gap that came last is within a body, of which text is shown or none.
  virtual void pass_gap(Direction from, bool is_in_text) = 0;
  // Of the body of the message that is under way. Copied.
  virtual void show_text(Direction from, Bytes text) = 0;
  // On a line of its own.
  virtual void show_note(Direction from, std::string_view note) = 0;
  virtual void end_message(Direction from) = 0;
  // Nothing more is told: what comes is shown as it is.
  virtual void release(Direction from) = 0;
};

// Lives as long as the engine.
class MessageScreen {
 public:
  virtual ~MessageScreen() = default;
  // Called in on_start() of the flow's consumer. Null: the screen does not show this flow.
  virtual FlowScreen* open(const Flow& flow) = 0;
  // From here on octets of this half wait to be told of.
  virtual void watch(FlowScreen& screen, Direction from) = 0;
};

}  // namespace tcpflow
