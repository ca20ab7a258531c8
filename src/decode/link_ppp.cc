// PPP and its relatives on serial lines.
#include "decode/link_walk.h"
#include "wire/chdlc.h"
#include "wire/ppp.h"

namespace tcpflow {

Drop walk_ppp(LinkWalk& walk) {
  const Result<PppView, Drop> frame = PppView::parse(walk.rest);
  if (!frame) return frame.error();
  walk.rest = frame->payload();
  switch (frame->protocol()) {
    case ppp_protocol::kIpv4:
    case ppp_protocol::kIpv6:
      return Drop::none;
    case ppp_protocol::kMpls:
    case ppp_protocol::kMplsMulticast:
      return walk_mpls(walk);
    default:
      return Drop::not_ip;
  }
}

Drop walk_ppp_serial(LinkWalk& walk) {
  if (!walk.rest.empty() && ChdlcView::is_address(walk.rest[0])) return walk_chdlc(walk);
  return walk_ppp(walk);
}

Drop walk_chdlc(LinkWalk& walk) {
  const Result<ChdlcView, Drop> frame = ChdlcView::parse(walk.rest);
  if (!frame) return frame.error();
  walk.rest = frame->payload();
  return walk_ethertype(frame->type(), walk);
}

}  // namespace tcpflow
