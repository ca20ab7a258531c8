// What a connection needs in odd cases, and while it ends.
#pragma once

#include <memory>
#include <vector>

#include "flow/endpoint_view.h"
#include "flow/kept_segment.h"
#include "flow/prior_connection.h"
#include "flow/settle_queue.h"

namespace tcpflow {

class TcpFlow;

// Links of an intrusive list (FlowList).
struct FlowLinks {
  TcpFlow* before = nullptr;  // itself: it is the first; null: it is in no list
  TcpFlow* after = nullptr;
};

// Owned by its TcpFlow, which makes it when first needed: a million idle connections do without.
// Used on the table's thread.
struct FlowExtras {
  FlowLinks by_birth;  // only where lifetimes are limited
  FlowLinks by_linger;
  FlowLinks by_hold;
  FlowLinks by_window;                          // only where alternatives are kept
  std::unique_ptr<SettlePlaces> settle_places;  // null: nothing waits
  Timestamp born;  // the table's clock at the first packet; as by_birth
  Timestamp linger_since;
  uint64_t linger_packet = 0;        // the capture's packet then
  TcpFlow* on_other_vlan = nullptr;  // next in the chain of flows with the same key
  // A connection of which one half jumped: `older` still serves the other half, and points back.
  TcpFlow* older = nullptr;
  TcpFlow* newer = nullptr;
  std::unique_ptr<KeptSegment> doubtful_syn;
  std::unique_ptr<PriorConnection> prior;
  std::unique_ptr<EndpointView> endpoint;  // null: not in strict mode
  std::vector<VlanIds> more_vlans;         // but those of its first packet
};

}  // namespace tcpflow
