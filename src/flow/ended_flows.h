// Flows that have ended in the batch at hand and wait to be told of.
#pragma once

#include <list>
#include <memory>
#include <variant>
#include <vector>

#include "flow/bare_syns.h"
#include "flow/flow_options.h"
#include "flow/udp_flow.h"

namespace tcpflow {

class TcpFlow;

// They are told of when all packets of the batch have been taken: only then is it known which
// numbers they have, and which files their halves got. Owned by the FlowTable, used on its thread.
class EndedFlows {
 public:
  using Body = std::variant<std::unique_ptr<Flow>, std::list<UdpFlow>, BareSyn>;

  explicit EndedFlows(FlowContext& context);
  ~EndedFlows();

  // It ended now.
  void add(Body flow, FlowEnd why) {
    const Moment& at = context_.now;
    is_sorted_ = is_sorted_ && (ended_.empty() || !(at < ended_.back().at));
    ended_.push_back({at, why, std::move(flow)});
  }
  // All that is left ends with the capture: `flows` in the order of their first packets, each with
  // what the end was for it, and the SYNs, which stay where they are until they are told of. There
  // may be a million of them: nothing is made of one before its turn.
  struct Last {
    std::vector<std::unique_ptr<TcpFlow>> flows;
    std::vector<bool> were_over;
  };
  void add_last(Last flows, BareSyns& syns);
  bool is_empty() const { return ended_.empty() && !has_last(); }
  // Tells of the next few, in the order in which they ended; `records` may be null. False: there
  // are no more.
  bool tell_some(RecordSink* records);

 private:
  // Few enough that what they make of themselves can be handed on before it takes much room.
  static constexpr size_t kSome = 256;

  struct Entry {
    Moment at;
    FlowEnd why;
    Body flow;
  };

  bool has_last() const { return next_last() != kNever; }
  Moment next_last() const;
  void tell(Entry entry, RecordSink* records);
  Entry take_last();
  FlowRecord describe(Entry& entry);
  FlowRecord describe_syn(const BareSyn& syn, FlowEnd why);

  static constexpr Moment kNever{UINT64_MAX, UINT32_MAX, UINT64_MAX};

  FlowContext& context_;
  std::vector<Entry> ended_;
  size_t told_ = 0;  // of them
  Last last_;
  size_t told_last_ = 0;           // of these
  BareSyns* last_syns_ = nullptr;  // null: they have not ended
  bool is_sorted_ = true;
};

}  // namespace tcpflow
