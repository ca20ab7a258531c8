// All connections of one shard: finds the flow of a segment, makes and ends flows.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "flow/closed_connections.h"
#include "flow/flow_index.h"
#include "flow/flow_list.h"
#include "flow/flow_options.h"
#include "flow/flow_record.h"
#include "flow/tcp_flow.h"

namespace tcpflow {

// Told of frames whose segment no stream used: SYNs repeated after data. Called on the table's
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
};

// Owns its flows; one thread. Segments must come in packet order. A flow is split only by its own
// packets (design rule 8); its end is reported when the packet that ended it has been taken.
class FlowTable : public SegmentSink {
 public:
  FlowTable(const FlowOptions& options, FlowListeners listeners);
  ~FlowTable() override;

  void on_segment(const Segment& segment) override;
  // Packet time moved on, whatever the packet was: flows idle longer than tcp_timeout end.
  void tick(Timestamp time);
  // No input for a while: gives up what `now` allows to give up, so that outputs do not lag.
  void advance(Timestamp now);
  // Spans handed to consumers since the last call die now.
  void on_batch_end() { context_.retired.clear(); }
  // Ends all flows, in the order of their first packets.
  void end_all();

  // -R: packets of unknown flows are ignored.
  void set_opens_flows(bool opens) { context_.opens_flows = opens; }
  const FlowCounters& counters() const { return context_.counters; }
  size_t open_flows() const { return flows_.size(); }
  // What is held behind gaps, in starts and for doubtful SYNs, bookkeeping included.
  size_t held_bytes() const { return context_.held_total; }

 private:
  void straggler(const Segment& segment);
  void route(const Segment& segment, PacketRef packet);
  void act(TcpFlow& flow, const Arrival& arrival);
  void take(TcpFlow& flow, const Arrival& arrival);
  void remember(TcpFlow& flow, const Arrival& syn);
  TcpFlow& open(const FlowKey& key, const Arrival& arrival, uint64_t session);
  void replace(TcpFlow& old, const Arrival& syn);
  void promote(TcpFlow& old, const Arrival& arrival);
  void split(TcpFlow& flow, const Arrival& arrival);
  void end(TcpFlow& flow, FlowEnd why);
  void add_to_totals(const FlowRecord& record);
  void destroy(TcpFlow& flow);
  void unused(const Segment& segment);
  void update_linger(TcpFlow& flow, const Segment& segment);
  void update_holding(TcpFlow& flow);
  void expire();

  FlowOptions options_;
  FlowListeners listeners_;
  FlowContext context_;
  FlowIndex index_;
  ClosedConnections closed_;
  std::vector<std::unique_ptr<TcpFlow>> flows_;
  FlowList<&TcpFlow::by_age> idle_;  // only with tcp_timeout
  FlowList<&TcpFlow::by_linger> lingering_;
  FlowList<&TcpFlow::by_hold> holding_;  // flows with held bytes, the longest idle first
  Timestamp clock_;                      // the latest packet time seen; never goes back
};

}  // namespace tcpflow
