// PPP and its relatives on serial lines.
#include "decode/link_walk.h"
#include "wire/chdlc.h"
#include "wire/frame_relay.h"
#include "wire/ppp.h"

namespace tcpflow {
namespace {

// One octet in front of the frame says which way it went.
Drop behind_direction(LinkStep step, LinkWalk& walk) {
  if (walk.rest.captured.empty()) return Drop::truncated_link;
  walk.rest = walk.rest.after(1);
  return step(walk);
}

}  // namespace

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
    case ppp_protocol::kEncrypted:
    case ppp_protocol::kLinkEncrypted:
      return Drop::encrypted;
    default:
      return Drop::not_ip;
  }
}

// LINKTYPE_PPP_HDLC stands for both PPP in HDLC framing (0xff in front) and Cisco's framing; the
// first octet tells which.
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

Drop walk_frame_relay(LinkWalk& walk) {
  constexpr uint8_t kUnnumberedInformation = 0x03;
  const Result<FrameRelayView, Drop> frame = FrameRelayView::parse(walk.rest.captured);
  if (!frame) return frame.error();
  walk.rest = walk.rest.after(frame->header_length());
  // RFC 2427 puts the control octet 0x03 here; no ethertype begins with it, as they are 0x0600 and
  // up.
  const Bytes bytes = walk.rest.captured;
  if (bytes.size() < 2) return Drop::truncated_link;
  if (bytes[0] != kUnnumberedInformation) {  // as Cisco does it: an ethertype
    walk.rest = walk.rest.after(2);
    return walk_ethertype(load_be16(bytes.data()), walk);
  }
  walk.rest = walk.rest.after(1);
  return walk_nlpid(walk);
}

Drop walk_ppp_with_direction(LinkWalk& walk) { return behind_direction(walk_ppp, walk); }
Drop walk_chdlc_with_direction(LinkWalk& walk) { return behind_direction(walk_chdlc, walk); }
Drop walk_frame_relay_with_direction(LinkWalk& walk) {
  return behind_direction(walk_frame_relay, walk);
}

}  // namespace tcpflow
