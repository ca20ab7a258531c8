// All connections of one shard: finds the flow of a segment, makes and ends flows.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "flow/bare_syns.h"
#include "flow/closed_connections.h"
#include "flow/ended_flows.h"
#include "flow/flow_index.h"
#include "flow/flow_list.h"
#include "flow/flow_options.h"
#include "flow/flow_record.h"
#include "flow/tcp_flow.h"

namespace tcpflow {

// Told of frames whose segment no stream used: SYNs repeated after data, what strict mode leaves
// out. Called on the table's
// thread; `frame` dies with its batch.
class UnusedSink {
 public:
  virtual ~UnusedSink() = default;
  virtual void on_unused(const Frame& frame) = 0;
};

// Whom the table tells; borrowed for its life.
struct FlowListeners {
  std::vector<ConsumerFactory*> consumers;
  RecordSink* records = nullptr;
  UnusedSink* unused = nullptr;  // may be null
  // Where the table says what is being done, for those who want to know; null: nobody does.
  Moment* now = nullptr;
  FactSink* facts = nullptr;  // told of beginnings only; may be null
};

// When something is due that no packet of a table's own flows brings about: as soon as the clock
// has come to a time, or the capture to a packet. Never: both at their end.
struct Due {
  Timestamp clock = Timestamp::max();
  uint64_t packet = UINT64_MAX;
};

// Owns its flows; one thread. Segments must come in packet order. A flow is split only by its own
// packets (design rule 8); its end is reported when the batch that ended it is over.
// A connection of which a single SYN was seen is kept as a BareSyn until more of it comes. How
// flows end is in flow_table_ends.cc.
class FlowTable : public SegmentSink {
 public:
  FlowTable(const FlowOptions& options, FlowListeners listeners);
  ~FlowTable() override;

  void on_segment(const Segment& segment) override;
  // The capture says that it lost packets between this one and the one `within` before it, whatever
  // they are.
  void note_loss(uint64_t packet, uint32_t within) { context_.drops.note(packet, within); }
  // The packet with this number came, whatever it was, and the clock (tdelta added) moved on: what
  // was to wait until then is done.
  void tick(Timestamp clock, uint64_t packet);
  // Nothing is due up to this clock: see next_due().
  void pass(Timestamp clock) { clock_ = std::max(clock_, clock); }
  // The first tick that would do something.
  Due next_due() const { return due_; }
  // Ends all flows, in the order of their first packets.
  void end_all();

  // The end of a batch, in this order. The numbers of what began in it are known.
  void settle_numbers();
  // Tells of the next few flows that have ended. False: there are no more.
  bool tell_some_ended() { return ended_.tell_some(listeners_.records); }
  // Spans handed to consumers since the last call die now.
  void forget_batch();
  // All of it, where nobody else has a say in the numbers.
  void on_batch_end();

  // -R: packets of unknown flows are ignored.
  void set_opens_flows(bool opens) { context_.opens_flows = opens; }
  FlowCounters counters() const;
  // For the tables of other protocols that number their flows in one row with these.
  FlowContext& context() { return context_; }
  EndedFlows& ended() { return ended_; }
  size_t open_flows() const { return flows_.size() + bare_syns_.size(); }
  // Of these the ones kept as a single SYN.
  size_t bare_syns() const { return bare_syns_.size(); }
  // What connections take, as FlowLimits estimates it; only if that is limited.
  size_t octets() const { return octets_ + bare_syns_.size() * options_.flow.bare_syn_cost; }
  // What is held behind gaps, in starts and for doubtful SYNs, bookkeeping included.
  size_t held_bytes() const { return context_.held_total; }
  // What copies of delivered bytes take (--keep-alternatives), and lists of gaps and conflicts.
  size_t window_bytes() const { return context_.windows_total; }
  size_t listed_bytes() const { return context_.lists.used(); }

 private:
  // A connection that may have to end. `flow` is null for the first of the bare SYNs.
  struct Waiting {
    TcpFlow* flow = nullptr;
    Timestamp since;
    uint64_t birth = 0;
  };

  // The flow of a connection that the index leads to.
  static TcpFlow& newest(TcpFlow& flow) { return flow.newer() != nullptr ? *flow.newer() : flow; }
  // Every half of the connection has come to its end.
  static bool is_over(const TcpFlow& flow) {
    return flow.is_over() && (flow.older() == nullptr || flow.older()->is_over());
  }
  void straggler(const Segment& segment);
  void route(const Segment& segment, PacketRef packet);
  TcpFlow* find(const FlowKey& key, const Arrival& arrival);
  TcpFlow* on_its_vlan(TcpFlow& head, const Arrival& arrival);
  void begin(const KeyedSender& sender, const Arrival& arrival);
  bool keep_as_bare_syn(const KeyedSender& sender, const Arrival& arrival);
  TcpFlow& revive(const BareSyn& syn);
  void tell_start(const BareSyn& syn);
  void act(TcpFlow& flow, const Arrival& arrival);
  void leave_out(TcpFlow& flow, const Arrival& arrival, Suspect why);
  void take(TcpFlow& flow, const Arrival& arrival);
  void hear_ack(TcpFlow& flow, const Arrival& arrival);
  void remember(TcpFlow& flow, const Arrival& syn);
  TcpFlow& open(const FlowKey& key, const Arrival& arrival, uint64_t session);
  TcpFlow& add(const KeyedSender& sender, const FlowBirth& birth, const LinkFacts& link,
               PacketRef first);
  TcpFlow* replace(TcpFlow& old, const Arrival& syn);
  void promote(TcpFlow& old, const Arrival& arrival);
  void split(TcpFlow& flow, const Arrival& arrival);
  void end(TcpFlow& flow, FlowEnd why);
  void stop_finding(TcpFlow& flow);
  void end_bare(const BareSyn& syn, FlowEnd why);
  std::unique_ptr<TcpFlow> take_out(TcpFlow& flow);
  void take_out_of_rows(TcpFlow& flow);
  void close_halves(TcpFlow& flow);
  void unused(const Segment& segment);
  void update_linger(TcpFlow& flow, const Segment& segment);
  void update_holding(TcpFlow& flow);
  void note_holding(TcpFlow& flow);
  void update_windows(TcpFlow& flow);
  void give_up_held(TcpFlow& flow);
  void update_idle(TcpFlow& flow);
  void make_room(const FlowKey& key);
  void make_room_on_key(const TcpFlow& head);
  bool limits_octets() const { return options_.flow.octets != SIZE_MAX; }
  void count_cost(TcpFlow& flow);
  void keep_within_octets();
  void evict();
  void evict_half_open();
  std::optional<Waiting> longest_idle(size_t first, size_t last) const;
  TcpFlow& whole(const Waiting& waiting);
  FlowList<&TcpFlow::by_idle>& idle_as(Openness openness) {
    return idle_[static_cast<size_t>(openness)];
  }
  size_t half_open() { return bare_syns_.size() + idle_as(Openness::half_open).size(); }
  void expire();
  Due find_due() const;
  void settle_due();
  void begin_linger(TcpFlow& flow);
  void expire_lingering();
  void expire_idle();
  void expire_old();
  void do_expire();
  // What ends so many seconds after something.
  struct Expiry {
    int64_t seconds = 0;
    FlowEnd why = FlowEnd::timeout;
  };
  uint64_t end_by_birth(std::vector<TcpFlow*>& flows, const Expiry& expiry);
  bool is_longer_ago(Timestamp since, int64_t seconds) const;
  bool has_lingered(const TcpFlow& flow) const;
  void begin_step(Step step);
  void end_lingering(TcpFlow& flow);

  FlowOptions options_;
  FlowListeners listeners_;
  Moment own_now_;
  FlowContext context_;
  FlowIndex index_;
  BareSyns bare_syns_;  // their keys are not in index_
  ClosedConnections closed_;
  EndedFlows ended_;
  std::vector<std::unique_ptr<TcpFlow>> flows_;
  size_t octets_ = 0;  // their counted_cost
  // Every connection stands in one of them, those heard of last at the back.
  std::array<FlowList<&TcpFlow::by_idle>, kOpennessCount> idle_;
  FlowList<&FlowExtras::by_birth> by_birth_;  // only with max_lifetime
  FlowList<&FlowExtras::by_linger> lingering_;
  FlowList<&FlowExtras::by_hold> holding_;  // flows with held bytes, the longest idle first
  FlowList<&FlowExtras::by_window>
      with_windows_;  // the same of those with copies of delivered bytes
  SettleQueue settling_;
  Due due_;           // as it was behind the last segment or tick
  Timestamp& clock_;  // that of context_
};

}  // namespace tcpflow
