// Ethernet and what is stacked by ethertype.
#include "decode/link_walk.h"
#include "wire/ethernet.h"
#include "wire/ethertype.h"
#include "wire/llc.h"
#include "wire/mpls.h"
#include "wire/pppoe.h"
#include "wire/vlan.h"

namespace tcpflow {
namespace {

void note_vlan(LinkFacts& facts, uint16_t id) {
  if (facts.vlan == kNoVlan) {
    facts.vlan = id;
  } else if (facts.inner_vlan == kNoVlan) {
    facts.inner_vlan = id;
  }
}

Drop walk_vlan(LinkWalk& walk) {
  if (!walk.may_stack()) return Drop::too_many_headers;
  const Result<VlanView, Drop> tag = VlanView::parse(walk.rest.captured);
  if (!tag) return tag.error();
  note_vlan(walk.facts, tag->id());
  walk.rest = walk.rest.after(VlanView::kHeader);
  return walk_ethertype(tag->type(), walk);
}

}  // namespace

Drop walk_ethertype(uint16_t type, LinkWalk& walk) {
  switch (type) {
    case ethertype::kIpv4:
    case ethertype::kIpv6:
      return Drop::none;
    case ethertype::kVlan:
    case ethertype::kServiceVlan:
    case ethertype::kOldServiceVlan:
      return walk_vlan(walk);
    case ethertype::kMpls:
    case ethertype::kMplsMulticast:
      return walk_mpls(walk);
    case ethertype::kPppoeSession:
      return walk_pppoe(walk);
    default:
      return type < ethertype::kMin ? walk_llc(walk) : Drop::not_ip;
  }
}

Drop walk_ethernet(LinkWalk& walk) {
  const Result<EthernetView, Drop> frame = EthernetView::parse(walk.rest.captured);
  if (!frame) return frame.error();
  walk.facts.source_mac = frame->source();
  walk.facts.destination_mac = frame->destination();
  walk.rest = walk.rest.after(EthernetView::kHeader);
  return walk_ethertype(frame->type(), walk);
}

Drop walk_llc(LinkWalk& walk) {
  if (!walk.may_stack()) return Drop::too_many_headers;
  const Result<LlcView, Drop> llc = LlcView::parse(walk.rest.captured);
  if (!llc) return llc.error();
  walk.rest = walk.rest.after(LlcView::kHeader);
  if (llc->is_ip()) return Drop::none;
  if (!llc->is_snap()) return Drop::not_ip;
  const Result<SnapView, Drop> snap = SnapView::parse(walk.rest.captured);
  if (!snap) return snap.error();
  if (!snap->has_ethertype() || snap->type() < ethertype::kMin) return Drop::not_ip;
  walk.rest = walk.rest.after(SnapView::kHeader);
  return walk_ethertype(snap->type(), walk);
}

Drop walk_mpls(LinkWalk& walk) {
  bool is_bottom = false;
  while (!is_bottom) {
    if (!walk.may_stack()) return Drop::too_many_headers;
    const Result<MplsView, Drop> entry = MplsView::parse(walk.rest.captured);
    if (!entry) return entry.error();
    is_bottom = entry->is_bottom();
    walk.rest = walk.rest.after(MplsView::kHeader);
  }
  // Nothing says what the labels carry; IP shows by its version (RFC 4928, 3).
  return walk_raw(walk);
}

Drop walk_pppoe(LinkWalk& walk) {
  if (!walk.may_stack()) return Drop::too_many_headers;
  const Result<PppoeView, Drop> pppoe = PppoeView::parse(walk.rest.captured);
  if (!pppoe) return pppoe.error();
  if (!pppoe->is_session()) return Drop::not_ip;
  // Some senders count the padding of short frames into the IP length, but never into this one.
  walk.rest = walk.rest.after(PppoeView::kHeader);
  if (pppoe->length() != 0) walk.rest = walk.rest.up_to(pppoe->length());
  return walk_ppp(walk);
}

}  // namespace tcpflow
