// The steps through the link headers of one frame. Inside decode/ only.
#pragma once

#include <cstdint>

#include "base/drop.h"
#include "decode/segment.h"
#include "decode/wire_bytes.h"

namespace tcpflow {

// Where the walk stands, written straight into the LinkPacket it makes. `rest` begins with the
// header to be read next, at the end with IP.
struct LinkWalk {
  WireBytes& rest;
  LinkFacts& facts;
  int stacked = 0;  // headers that may repeat: VLAN tags, MPLS labels, SNAP, PPPoE

  // True if one more may follow; what an honest network stacks is far below.
  bool may_stack() { return ++stacked <= kMaxStacked; }
  static constexpr int kMaxStacked = 16;
};

// Each step takes its headers off and goes on with what they announce. Drop::none: IP is reached.
using LinkStep = Drop (*)(LinkWalk& walk);

Drop walk_ethernet(LinkWalk& walk);
Drop walk_llc(LinkWalk& walk);
Drop walk_mpls(LinkWalk& walk);
Drop walk_pppoe(LinkWalk& walk);
Drop walk_ppp(LinkWalk& walk);
Drop walk_ppp_serial(LinkWalk& walk);
Drop walk_chdlc(LinkWalk& walk);
Drop walk_sll(LinkWalk& walk);
Drop walk_sll2(LinkWalk& walk);
Drop walk_null(LinkWalk& walk);
Drop walk_raw(LinkWalk& walk);

// Goes on with what an ethertype (or, below ethertype::kMin, an 802.3 length) announces.
Drop walk_ethertype(uint16_t type, LinkWalk& walk);

}  // namespace tcpflow
