#include "decode/link_decoder.h"

#include <algorithm>
#include <array>

#include "decode/link_walk.h"

namespace tcpflow {
namespace {

struct LinkRow {
  LinkType link;
  LinkStep walk;
};

// The most usual first: the table is searched from the top.
constexpr auto kLinks = std::to_array<LinkRow>({
    {LinkType::ethernet, walk_ethernet},
    {LinkType::linux_sll, walk_sll},
    {LinkType::linux_sll2, walk_sll2},
    {LinkType::raw, walk_raw},
    {LinkType::null, walk_null},
    {LinkType::radiotap, walk_radiotap},
    {LinkType::ieee802_11, walk_80211},
    {LinkType::loop, walk_null},
    {LinkType::raw_12, walk_raw},
    {LinkType::raw_14, walk_raw},
    {LinkType::ipv4, walk_raw},
    {LinkType::ipv6, walk_raw},
    {LinkType::ppp, walk_ppp},
    {LinkType::ppp_serial, walk_ppp_serial},
    {LinkType::ppp_pppd, walk_ppp},
    {LinkType::ppp_with_direction, walk_ppp_with_direction},
    {LinkType::ppp_ether, walk_pppoe},
    {LinkType::c_hdlc, walk_chdlc},
    {LinkType::c_hdlc_with_direction, walk_chdlc_with_direction},
    {LinkType::frame_relay, walk_frame_relay},
    {LinkType::frame_relay_with_direction, walk_frame_relay_with_direction},
    {LinkType::mpls, walk_mpls},
    {LinkType::ieee802, walk_ethernet},  // as writers that mean Ethernet use it
    {LinkType::prism, walk_prism},
    {LinkType::avs, walk_avs},
    {LinkType::ppi, walk_ppi},
    {LinkType::nflog, walk_nflog},
    {LinkType::pktap, walk_pktap},
    {LinkType::user2, walk_user2},
    {LinkType::enc, walk_enc},
    {LinkType::arcnet_bsd, walk_arcnet_bsd},
    {LinkType::arcnet_linux, walk_arcnet_linux},
    {LinkType::fddi, walk_fddi},
    {LinkType::ip_over_fc, walk_ip_over_fc},
    {LinkType::ip_over_1394, walk_ip_over_1394},
    {LinkType::sun_atm, walk_sun_atm},
    {LinkType::atm_rfc1483, walk_llc},
    {LinkType::juniper_ethernet, walk_juniper_ethernet},
    {LinkType::juniper_pppoe, walk_juniper_ethernet},
    {LinkType::juniper_pppoe_atm, walk_juniper_pppoe_atm},
    {LinkType::juniper_ppp, walk_juniper_ppp},
    {LinkType::juniper_frame_relay, walk_juniper_frame_relay},
    {LinkType::juniper_c_hdlc, walk_juniper_chdlc},
    {LinkType::juniper_mlppp, walk_juniper_service},
    {LinkType::juniper_mlfr, walk_juniper_service},
    {LinkType::juniper_mfr, walk_juniper_service},
    {LinkType::juniper_atm1, walk_juniper_service},
    {LinkType::juniper_atm2, walk_juniper_service},
    {LinkType::juniper_es, walk_juniper_service},
    {LinkType::juniper_ggsn, walk_juniper_service},
    {LinkType::juniper_services, walk_juniper_service},
    {LinkType::juniper_monitor, walk_juniper_service},
    {LinkType::juniper_vp, walk_juniper_service},
    {LinkType::juniper_ism, walk_juniper_service},
    {LinkType::juniper_st, walk_juniper_service},
    {LinkType::juniper_vs, walk_juniper_service},
    {LinkType::juniper_srx, walk_juniper_service},
});

Drop finish(Drop why, const LinkPacket& packet) {
  if (why != Drop::none) return why;
  return packet.ip.captured.empty() ? Drop::truncated_ip : Drop::none;
}

}  // namespace

LinkStep link_step_of(LinkType link) {
  for (const LinkRow& row : kLinks) {
    if (row.link == link) return row.walk;
  }
  return nullptr;
}

bool is_known_link(LinkType link) { return link_step_of(link) != nullptr; }

Drop strip_link(const Frame& frame, LinkPacket& packet, Encapsulation& path) {
  const LinkStep step = link_step_of(frame.link);
  if (step == nullptr) return Drop::unknown_link_type;
  // From here on `on_wire` is never below what was captured, whatever the file says.
  packet.ip = {frame.bytes, std::max<size_t>(frame.original_length, frame.bytes.size())};
  packet.fcs_length = frame.fcs_length == kFcsUnknown ? uint8_t{0} : frame.fcs_length;
  LinkWalk walk(packet, path);
  return finish(step(walk), packet);
}

Drop strip_next(LinkPacket& packet, Encapsulation& path) {
  packet.facts = {};
  LinkWalk walk(packet, path);
  return finish(walk_subframe(walk), packet);
}

Result<Bytes, Drop> find_ip_packet(const Frame& frame) {
  LinkPacket packet;
  Encapsulation path;
  const Drop why = strip_link(frame, packet, path);
  if (why != Drop::none) return why;
  return packet.ip.captured;
}

}  // namespace tcpflow
