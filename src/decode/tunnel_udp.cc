// Tunnels in UDP, and L2TP also in IP. The ports are known to fit; the content must still show it.
#include "decode/tunnel_steps.h"
#include "wire/ethertype.h"
#include "wire/geneve.h"
#include "wire/gtp.h"
#include "wire/ipv6.h"
#include "wire/l2tp.h"
#include "wire/teredo.h"
#include "wire/vxlan.h"

namespace tcpflow {
namespace {

// Behind the session number of L2TP version 3: a cookie of 0, 4 or 8 octets and perhaps four octets
// of a sublayer, as the ends agreed, then what the wire carries (RFC 3931, 4.1).
constexpr auto kPseudoWires = std::to_array<Guess>({
    {walk_ethernet, 0},
    {walk_ethernet, 4},
    {walk_ethernet, 8},
    {walk_ethernet, 12},
    {walk_ppp, 0},
    {walk_ppp, 4},
    {walk_ppp, 8},
    {walk_ppp, 12},
    {walk_chdlc, 0},
    {walk_chdlc, 4},
    {walk_chdlc, 8},
    {walk_chdlc, 12},
    {walk_raw, 0},
    {walk_raw, 4},
    {walk_raw, 8},
    {walk_raw, 12},
});

Drop walk_session(const IpPacket& outer, LinkWalk& walk) {
  if (!add_tunnel(TunnelKind::l2tp, 0, outer, walk)) return Drop::too_many_headers;
  return try_guesses(kPseudoWires, walk) ? Drop::none : Drop::not_ip;
}

// Addresses of Teredo begin so (RFC 4380, 2.6).
bool is_teredo(const IpAddress& address) { return load_be32(address.octets.data()) == 0x20010000; }

// The header of IPv6 has little that can be wrong, so its length must fit to the octet, or an
// address must be one of Teredo.
bool is_teredo_packet(const WireBytes& ip) {
  const Result<Ipv6View, Drop> header = Ipv6View::parse(ip.captured);
  if (!header) return false;
  if (Ipv6View::kHeader + header->payload_length() == ip.on_wire) return true;
  return is_teredo(header->source()) || is_teredo(header->destination());
}

}  // namespace

Drop open_vxlan(const IpPacket& outer, LinkWalk& walk) {
  const Result<VxlanView, Drop> header = VxlanView::parse(walk.rest.captured);
  if (!header) return header.error();
  if (!add_tunnel(TunnelKind::vxlan, header->network(), outer, walk)) return Drop::too_many_headers;
  walk.rest = walk.rest.after(VxlanView::kHeader);
  return walk_ethernet(walk);
}

Drop open_vxlan_gpe(const IpPacket& outer, LinkWalk& walk) {
  const Result<VxlanView, Drop> header = VxlanView::parse(walk.rest.captured);
  if (!header) return header.error();
  if (!add_tunnel(TunnelKind::vxlan_gpe, header->network(), outer, walk))
    return Drop::too_many_headers;
  walk.rest = walk.rest.after(VxlanView::kHeader);
  return walk_next_protocol(header->next_protocol(), walk);
}

Drop open_geneve(const IpPacket& outer, LinkWalk& walk) {
  const Result<GeneveView, Drop> header = GeneveView::parse(walk.rest.captured);
  if (!header) return header.error();
  if (!add_tunnel(TunnelKind::geneve, header->network(), outer, walk))
    return Drop::too_many_headers;
  walk.rest = walk.rest.after(header->header_length());
  return header->type() < ethertype::kMin ? Drop::not_ip : walk_ethertype(header->type(), walk);
}

// Mostly IP; Ethernet where the user's device is a switch.
Drop open_gtp_u(const IpPacket& outer, LinkWalk& walk) {
  const Result<GtpView, Drop> message = GtpView::parse(walk.rest.captured);
  if (!message) return message.error();
  if (!add_tunnel(TunnelKind::gtp_u, 0, outer, walk)) return Drop::too_many_headers;
  // The length does not count the first eight octets.
  const size_t whole = GtpView::kMinHeader + message->length();
  walk.rest = walk.rest.up_to(whole).after(message->header_length());
  return try_step(walk_raw, walk) ? Drop::none : walk_ethernet(walk);
}

Drop open_l2tp_in_udp(const IpPacket& outer, LinkWalk& walk) {
  const Result<L2tpView, Drop> message = L2tpView::parse(walk.rest.captured);
  if (!message) return message.error();
  const size_t header = message->header_length();
  if (message->version() == 3) {
    walk.rest = walk.rest.after(header);
    return walk_session(outer, walk);
  }
  if (message->length() != 0) {
    // A length of 0 means that the field is not there; UDP ends the message then.
    if (message->length() < header) return Drop::bad_tunnel;
    walk.rest = walk.rest.up_to(message->length());
  }
  if (!add_tunnel(TunnelKind::l2tp, 0, outer, walk)) return Drop::too_many_headers;
  walk.rest = walk.rest.after(header);
  return walk_ppp(walk);
}

Drop open_l2tp_in_ip(const IpPacket& outer, LinkWalk& walk) {
  if (walk.rest.captured.size() < L2tpView::kSession3) return Drop::truncated_tunnel;
  // Session 0 is kept for control messages (RFC 3931, 4.1.1).
  const bool is_control = load_be32(walk.rest.captured.data()) == 0;
  if (is_control) return Drop::not_ip;
  walk.rest = walk.rest.after(L2tpView::kSession3);
  return walk_session(outer, walk);
}

Drop open_teredo(const IpPacket& outer, LinkWalk& walk) {
  const Result<TeredoView, Drop> header = TeredoView::parse(walk.rest.captured);
  if (!header) return header.error();
  if (!add_tunnel(TunnelKind::teredo, 0, outer, walk)) return Drop::too_many_headers;
  walk.rest = walk.rest.after(header->header_length());
  return is_teredo_packet(walk.rest) ? Drop::none : Drop::not_ip;
}

}  // namespace tcpflow
