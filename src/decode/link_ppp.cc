// PPP and its relatives on serial lines.
#include "decode/link_walk.h"
#include "wire/chdlc.h"
#include "wire/ppp.h"

namespace tcpflow {

Drop walk_ppp(LinkWalk& walk) {
  const Result<PppView, Drop> frame = PppView::parse(walk.rest.captured);
  if (!frame) return frame.error();
  walk.rest = walk.rest.after(frame->header_length());
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
  if (!walk.rest.captured.empty() && ChdlcView::is_address(walk.rest.captured[0]))
    return walk_chdlc(walk);
  return walk_ppp(walk);
}

Drop walk_chdlc(LinkWalk& walk) {
  const Result<ChdlcView, Drop> frame = ChdlcView::parse(walk.rest.captured);
  if (!frame) return frame.error();
  walk.rest = walk.rest.after(ChdlcView::kHeader);
  return walk_ethertype(frame->type(), walk);
}

}  // namespace tcpflow
