// All UDP conversations of one shard: finds the one of a datagram, makes and ends them.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "decode/datagram.h"
#include "flow/flow_table.h"
#include "flow/udp_index.h"

namespace tcpflow {

// Stands beside the FlowTable of the shard, on its thread: it borrows what the flows there share,
// so that flows of both protocols are numbered and counted in one row, and told of in one when they
// have ended. Datagrams must come in packet order. Bounded by FlowLimits::udp_conversations; a
// conversation itself holds no bytes back.
class UdpTable : public DatagramSink {
 public:
  // Borrows it for its life.
  explicit UdpTable(FlowTable& beside);

  void on_datagram(const Datagram& datagram) override;
  // The packet with this number came, whatever it was, and the clock (tdelta added) moved on:
  // conversations without datagrams for too long end.
  void tick(Timestamp clock, uint64_t packet);
  // Nothing is due up to this clock.
  void pass(Timestamp clock) { clock_ = std::max(clock_, clock); }
  // The clock at which the next one will have been idle for too long.
  Timestamp next_due() const;
  // Ends all conversations.
  void end_all();

  size_t open_conversations() const { return by_age_.size(); }

 private:
  UdpFlows::iterator find(const KeyedSender& sender, const VlanIds& vlans, Timestamp time);
  UdpFlows::iterator open(const KeyedSender& sender, uint64_t birth);
  void end(UdpFlows::iterator flow, FlowEnd why);
  void expire();
  void end_by_birth(std::vector<UdpFlows::iterator> flows, FlowEnd why);
  bool is_idle(Timestamp since, Timestamp now) const;

  FlowTable& beside_;
  FlowContext& shared_;
  UdpFlows by_age_;  // the one without datagrams for longest first
  UdpIndex index_;
  Timestamp clock_;  // the latest packet time seen; never goes back
};

}  // namespace tcpflow
