// All UDP conversations of one shard: finds the one of a datagram, makes and ends them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "decode/datagram.h"
#include "flow/flow_table.h"
#include "flow/udp_index.h"

namespace tcpflow {

// Stands beside the FlowTable of the shard, on its thread: it borrows what the flows there share,
// so that flows of both protocols are numbered and counted in one row. Datagrams must come in
// packet order. Bounded by FlowLimits::udp_conversations; a conversation itself holds no bytes
// back.
class UdpTable : public DatagramSink {
 public:
  // Borrows both for its life; `records` may be null.
  UdpTable(FlowTable& beside, RecordSink* records);

  void on_datagram(const Datagram& datagram) override;
  // Packet time moved on, whatever the packet was: conversations without datagrams for too long
  // end. Also for the clock of a live input.
  void tick(Timestamp time);
  // Ends all conversations that began before packet `id`, in the order of their first packets.
  // No datagram may follow.
  void end_before(uint64_t id);
  void end_all() { end_before(UINT64_MAX); }

  size_t open_conversations() const { return by_age_.size(); }

 private:
  UdpFlows::iterator find(const KeyedSender& sender, const VlanIds& vlans, Timestamp time);
  UdpFlows::iterator open(const KeyedSender& sender, uint64_t id);
  void end(UdpFlows::iterator flow, FlowEnd why);
  void expire();
  bool is_idle(Timestamp since, Timestamp now) const;

  FlowContext& shared_;
  RecordSink* records_;
  UdpFlows by_age_;  // the one without datagrams for longest first
  UdpIndex index_;
  std::vector<UdpFlows::iterator> left_;  // once the end has begun: the one that began last first
  Timestamp clock_;                       // the latest packet time seen; never goes back
};

// Between the FlowTable and the reports: when the run ends, lets conversations of UDP that began
// before a TCP flow go before it, so that records leave by first packet (design rule 7).
class RecordsInOrder : public RecordSink {
 public:
  explicit RecordsInOrder(RecordSink& next) : next_(next) {}

  // All flows end from now on.
  void begin_end(UdpTable& others) { others_ = &others; }
  void on_record(const FlowRecord& record) override {
    if (others_ != nullptr) others_->end_before(record.info.id);
    next_.on_record(record);
  }

 private:
  RecordSink& next_;
  UdpTable* others_ = nullptr;
};

}  // namespace tcpflow
