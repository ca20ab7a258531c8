// One share of the flows, with all that serves them.
#pragma once

#include <cstdint>
#include <vector>

#include "decode/datagram.h"
#include "decode/segment.h"
#include "engine/batch.h"
#include "flow/consumer.h"
#include "flow/flow_table.h"
#include "flow/udp_table.h"

namespace tcpflow {

// What a shard works with; borrowed for its life, and used by nobody else meanwhile.
struct ShardParts {
  FlowTable* flows = nullptr;
  UdpTable* conversations = nullptr;  // null without --udp
  std::vector<BatchListener*> listeners;
  // Filled by all of the above. The first is for what is told of ended flows, which may be much: it
  // is replayed in pieces where need be.
  std::vector<Lane*> lanes;
  // Files whose names other shards may want, too; null: there are none.
  Lane* shared_names = nullptr;
};

// Told that lanes are getting full while flows that have ended are told of.
class LaneValve {
 public:
  virtual ~LaneValve() = default;
  // The first lane's entries, and with them all that are before the last, may be replayed now.
  virtual void open() = 0;
};

// Takes segments and datagrams at their moments, lets the time pass between them as it passed for
// the whole capture, and brings batches to their end. One thread at a time: with several shards a
// thread of its own, else the reader's.
class Shard : public SegmentSink, public DatagramSink {
 public:
  explicit Shard(const ShardParts& parts) : parts_(parts) {}

  // A batch in three steps. First, what it brings: begin(), then segments and datagrams in order,
  // then pass_rest(); or take_share(), which is all of these.
  void begin(const Batch& batch);
  void on_segment(const Segment& segment) override;
  void on_datagram(const Datagram& datagram) override;
  void pass_rest();
  void take_share(const Batch& batch, size_t share);
  // Then numbers are settled, and shared names. Then the flows that ended are told of.
  void tell(LaneValve& valve);
  // Then lanes and gauges have gone to the batch's outcome, or been replayed.
  void forget();

  const ShardParts& parts() const { return parts_; }
  FlowContext& context() { return parts_.flows->context(); }

 private:
  // Up to which frames of the batch time has passed.
  struct Passed {
    size_t flows = 0;
    size_t conversations = 0;
  };
  void pass(const Passed& upto);
  void do_due(const Passed& upto);
  size_t first_due_flow(size_t upto) const;
  size_t first_due_conversation(size_t upto) const;
  void note_losses(uint64_t upto_packet);
  void advance();

  ShardParts parts_;
  const Batch* batch_ = nullptr;
  Passed passed_;
  size_t losses_noted_ = 0;
};

}  // namespace tcpflow
