// Ethernet and what is stacked by ethertype.
#include <utility>

#include "decode/link_walk.h"
#include "wire/backbone.h"
#include "wire/ethernet.h"
#include "wire/ethertype.h"
#include "wire/frame_relay.h"
#include "wire/llc.h"
#include "wire/macsec.h"
#include "wire/mpls.h"
#include "wire/nsh.h"
#include "wire/pppoe.h"
#include "wire/vlan.h"

namespace tcpflow {
namespace {

// Ids are kept of all frames; the one that names files is that of the outermost tag of each frame,
// so that a frame within a tunnel replaces what was said outside of it.
void note_vlan(LinkWalk& walk, uint16_t id) {
  walk.facts.vlans.add(id);
  if (!std::exchange(walk.is_tagged, true)) walk.facts.vlan = id;
}

Drop walk_vlan(LinkWalk& walk) {
  if (!walk.may_stack()) return Drop::too_many_headers;
  const Result<VlanView, Drop> tag = VlanView::parse(walk.rest.captured);
  if (!tag) return tag.error();
  note_vlan(walk, tag->id());
  walk.rest = walk.rest.after(VlanView::kHeader);
  return walk_ethertype(tag->type(), walk);
}

// Aligns a bridged frame behind LLC and SNAP; always there, and of no meaning (RFC 2684, 5.2).
constexpr size_t kAtmPadding = 2;

Drop walk_backbone(LinkWalk& walk) {
  if (!walk.may_stack()) return Drop::too_many_headers;
  const Result<BackboneView, Drop> tag = BackboneView::parse(walk.rest.captured);
  if (!tag) return tag.error();
  if (!walk.path.add({TunnelKind::backbone, tag->service(), {}, {}})) return Drop::too_many_headers;
  walk.rest = walk.rest.after(BackboneView::kHeader);
  return walk_ethernet(walk);
}

// What MACsec only signs is in clear between the tag and the integrity check value.
Drop walk_macsec(LinkWalk& walk) {
  if (!walk.may_stack()) return Drop::too_many_headers;
  const Result<MacsecView, Drop> tag = MacsecView::parse(walk.rest.captured);
  if (!tag) return tag.error();
  if (tag->is_encrypted()) return Drop::encrypted;
  if (tag->is_changed()) return Drop::not_ip;
  walk.rest = walk.rest.after(tag->header_length());
  const size_t on_wire = walk.rest.on_wire;
  const size_t secured = tag->short_length() != 0            ? tag->short_length()
                         : on_wire > MacsecView::kCheckValue ? on_wire - MacsecView::kCheckValue
                                                             : 0;
  walk.rest = walk.rest.up_to(secured);
  if (walk.rest.captured.size() < MacsecView::kType) return Drop::truncated_link;
  const uint16_t type = load_be16(walk.rest.captured.data());
  walk.rest = walk.rest.after(MacsecView::kType);
  return walk_ethertype(type, walk);
}

// A frame between two routers that play a wire (RFC 4448).
Drop walk_pseudo_wire(LinkWalk& walk) {
  if (!walk.path.add({TunnelKind::mpls, 0, {}, {}})) return Drop::too_many_headers;
  return walk_ethernet(walk);
}

// `padding`: in front of a frame that was bridged over ATM (RFC 2684, 5.2); frame relay has none
// (RFC 2427, 6).
Drop walk_snap(LinkWalk& walk, size_t padding) {
  const Result<SnapView, Drop> snap = SnapView::parse(walk.rest.captured);
  if (!snap) return snap.error();
  walk.rest = walk.rest.after(SnapView::kHeader);
  if (snap->is_bridged()) {
    if (walk.rest.captured.size() < padding) return Drop::truncated_link;
    walk.rest = walk.rest.after(padding);
    return walk.may_stack() ? walk_ethernet(walk) : Drop::too_many_headers;
  }
  if (!snap->has_ethertype() || snap->type() < ethertype::kMin) return Drop::not_ip;
  return walk_ethertype(snap->type(), walk);
}

// Nothing says what labels carry. A frame may have a control word, which begins with 0, in front of
// it; IP shows by its version (RFC 4385, 3; RFC 4928, 3). The frame is tried first: an address that
// looks like a header of IP is more likely than the reverse.
Drop walk_labelled(LinkWalk& walk) {
  constexpr size_t kControlWord = 4;
  const Bytes bytes = walk.rest.captured;
  const bool may_be_control = !bytes.empty() && bytes[0] >> 4 == 0;
  if (may_be_control && try_step(walk_pseudo_wire, walk, kControlWord)) return Drop::none;
  if (try_step(walk_pseudo_wire, walk)) return Drop::none;
  const Drop why = walk_raw(walk);
  const bool gave_up = why == Drop::not_ip && walk.stacked > LinkWalk::kMaxStacked;
  return gave_up ? Drop::too_many_headers : why;
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
    case ethertype::kBackbone:
      return walk_backbone(walk);
    case ethertype::kMacsec:
      return walk_macsec(walk);
    case ethertype::kNsh:
      return walk_nsh(walk);
    case ethertype::kTransparentEthernet:
      return walk.may_stack() ? walk_ethernet(walk) : Drop::too_many_headers;
    case ethertype::kPpp:
      return walk_ppp(walk);
    default:
      // The length itself is not used: IP has its own, and what LLC carries else is of no interest.
      return type < ethertype::kMin ? walk_llc(walk) : Drop::not_ip;
  }
}

Drop walk_ethernet(LinkWalk& walk) {
  const Result<EthernetView, Drop> frame = EthernetView::parse(walk.rest.captured);
  if (!frame) return frame.error();
  // Tags outside belong to another frame.
  walk.is_tagged = false;
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
  if (llc->is_nlpid()) return walk_nlpid(walk);
  return llc->is_snap() ? walk_snap(walk, kAtmPadding) : Drop::not_ip;
}

Drop walk_nlpid(LinkWalk& walk) {
  if (walk.rest.captured.empty()) return Drop::truncated_link;
  const uint8_t protocol = walk.rest.captured[0];
  walk.rest = walk.rest.after(1);
  switch (protocol) {
    case nlpid::kIpv4:
    case nlpid::kIpv6:
      return Drop::none;
    case nlpid::kSnap:
      return walk_snap(walk, 0);
    case nlpid::kPadding:  // in front of another, to make the length even
      return walk.may_stack() ? walk_nlpid(walk) : Drop::too_many_headers;
    default:
      return Drop::not_ip;
  }
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
  return walk_labelled(walk);
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

// Where a packet goes on its way through a provider's services; each way of a connection has its
// own number.
Drop walk_nsh(LinkWalk& walk) {
  if (!walk.may_stack()) return Drop::too_many_headers;
  const Result<NshView, Drop> header = NshView::parse(walk.rest.captured);
  if (!header) return header.error();
  if (!walk.path.add({TunnelKind::nsh, 0, {}, {}})) return Drop::too_many_headers;
  walk.rest = walk.rest.after(header->header_length());
  return walk_next_protocol(header->next_protocol(), walk);
}

Drop walk_next_protocol(uint8_t protocol, LinkWalk& walk) {
  switch (protocol) {
    case NshView::kIpv4:
    case NshView::kIpv6:
      return walk_raw(walk);
    case NshView::kEthernet:
      return walk_ethernet(walk);
    case NshView::kNsh:
      return walk_nsh(walk);
    case NshView::kMpls:
      return walk_mpls(walk);
    default:
      return Drop::not_ip;
  }
}

}  // namespace tcpflow
