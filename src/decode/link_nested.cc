// Link types whose header says which link type follows, and links of the past.
#include "capture/dlt.h"
#include "decode/link_walk.h"
#include "wire/arcnet.h"
#include "wire/ethertype.h"
#include "wire/fddi.h"
#include "wire/fibre_channel.h"
#include "wire/pktap.h"
#include "wire/sunatm.h"

namespace tcpflow {
namespace {

Drop walk_arcnet(LinkWalk& walk, size_t gap) {
  const Result<ArcnetView, Drop> frame = ArcnetView::parse(walk.rest.captured, gap);
  if (!frame) return frame.error();
  if (!frame->is_whole()) return Drop::fragment_incomplete;
  walk.rest = walk.rest.after(frame->header_length());
  return walk_raw(walk);
}

}  // namespace

Drop walk_pktap(LinkWalk& walk) {
  if (!walk.may_stack()) return Drop::too_many_headers;
  const Result<PktapView, Drop> header = PktapView::parse(walk.rest.captured);
  if (!header) return header.error();
  if (!header->has_packet()) return Drop::not_ip;
  // Link types have 16 bits, and no DLT_ number needs more.
  const LinkStep step = link_step_of(link_type_of_dlt(static_cast<int>(header->dlt() & 0xffff)));
  if (step == nullptr) return Drop::unknown_link_type;
  walk.rest = walk.rest.after(header->header_length());
  return step(walk);
}

// A number that anybody may use: only macOS is known to have used it.
Drop walk_user2(LinkWalk& walk) {
  const Result<PktapView, Drop> header = PktapView::parse(walk.rest.captured);
  return header && header->has_packet() ? walk_pktap(walk) : Drop::unknown_link_type;
}

Drop walk_arcnet_bsd(LinkWalk& walk) { return walk_arcnet(walk, 0); }

Drop walk_arcnet_linux(LinkWalk& walk) {
  // Linux has a field of two octets behind the addresses, "offset".
  constexpr size_t kOffset = 2;
  return walk_arcnet(walk, kOffset);
}

Drop walk_fddi(LinkWalk& walk) {
  const Result<FddiView, Drop> frame = FddiView::parse(walk.rest.captured);
  if (!frame) return frame.error();
  walk.facts.source_mac = frame->source();
  walk.facts.destination_mac = frame->destination();
  walk.rest = walk.rest.after(FddiView::kHeader);
  return walk_llc(walk);
}

Drop walk_ip_over_fc(LinkWalk& walk) {
  const Result<FibreChannelView, Drop> frame = FibreChannelView::parse(walk.rest.captured);
  if (!frame) return frame.error();
  walk.facts.source_mac = frame->source();
  walk.facts.destination_mac = frame->destination();
  walk.rest = walk.rest.after(FibreChannelView::kHeader);
  return walk_llc(walk);
}

// Two addresses of eight octets (EUI-64) and an ethertype (LINKTYPE_APPLE_IP_OVER_IEEE1394).
Drop walk_ip_over_1394(LinkWalk& walk) {
  constexpr size_t kAddresses = 16;
  if (walk.rest.captured.size() < kAddresses + 2) return Drop::truncated_link;
  const uint16_t type = load_be16(walk.rest.captured.data() + kAddresses);
  walk.rest = walk.rest.after(kAddresses + 2);
  return type < ethertype::kMin ? Drop::not_ip : walk_ethertype(type, walk);
}

Drop walk_sun_atm(LinkWalk& walk) {
  const Result<SunAtmView, Drop> frame = SunAtmView::parse(walk.rest.captured);
  if (!frame) return frame.error();
  walk.rest = walk.rest.after(SunAtmView::kHeader);
  // Signalling (ILMI, Q.2931) and the like are neither.
  if (frame->is_llc()) return walk_llc(walk);
  if (!frame->is_lane()) return Drop::not_ip;
  if (walk.rest.captured.size() < SunAtmView::kLaneHeader) return Drop::truncated_link;
  walk.rest = walk.rest.after(SunAtmView::kLaneHeader);
  return walk_ethernet(walk);
}

}  // namespace tcpflow
