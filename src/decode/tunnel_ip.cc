// Tunnels that are an IP protocol of their own.
#include "decode/tunnel_steps.h"
#include "wire/erspan.h"
#include "wire/ether_ip.h"
#include "wire/ethertype.h"
#include "wire/gre.h"
#include "wire/ip_protocol.h"

namespace tcpflow {
namespace {

// NVGRE is GRE with a key whose upper 24 bits name the network; nothing else tells it from GRE that
// bridges, but its lowest number (RFC 7637, 3.2).
constexpr uint32_t kLowestNvgre = 0x1000;

// What the key says of the tunnel. The flow number of NVGRE may differ by direction.
TunnelLayer layer_of(const GreView& gre, const IpPacket& outer) {
  TunnelLayer layer{TunnelKind::gre, 0, outer.source, outer.destination};
  if (!gre.has_key()) return layer;
  layer.id = gre.key();
  const bool may_be_nvgre =
      gre.type() == ethertype::kTransparentEthernet && !gre.has_checksum() && !gre.has_sequence();
  if (may_be_nvgre && gre.key() >> 8 >= kLowestNvgre) {
    layer.kind = TunnelKind::nvgre;
    layer.id = gre.key() >> 8;
    return layer;
  }
  layer.has_key = true;
  return layer;
}

// Type I has neither a sequence number nor a header.
Drop walk_erspan(const GreView& gre, LinkWalk& walk) {
  if (gre.type() == ethertype::kErspan && !gre.has_sequence()) return walk_ethernet(walk);
  const Result<ErspanView, Drop> header = ErspanView::parse(walk.rest.captured);
  if (!header) return header.error();
  walk.rest = walk.rest.after(header->header_length());
  return header->has_ip() ? walk_raw(walk) : walk_ethernet(walk);
}

// Web caches: version 2 has a header of its own in front of IP, the first version had none.
Drop walk_wccp(LinkWalk& walk) {
  constexpr size_t kHeader = 4;
  if (try_step(walk_raw, walk) || try_step(walk_raw, walk, kHeader)) return Drop::none;
  return Drop::not_ip;
}

Drop open_pptp(const GreView& gre, const IpPacket& outer, LinkWalk& walk) {
  if (!gre.has_sequence()) return Drop::not_ip;  // an acknowledgement alone
  if (!add_tunnel(TunnelKind::pptp, 0, outer, walk)) return Drop::too_many_headers;
  walk.rest = walk.rest.after(gre.header_length()).up_to(gre.pptp_length());
  return walk_ppp(walk);
}

}  // namespace

Drop open_ip_in_ip(const IpPacket& outer, LinkWalk& walk) {
  if (!add_tunnel(TunnelKind::ip_in_ip, 0, outer, walk)) return Drop::too_many_headers;
  if (walk.rest.captured.empty()) return Drop::truncated_ip;
  const int version = outer.protocol == ip_protocol::kIpv4 ? 4 : 6;
  return walk.rest.captured[0] >> 4 == version ? Drop::none : Drop::bad_ip_header;
}

Drop open_gre(const IpPacket& outer, LinkWalk& walk) {
  const Result<GreView, Drop> gre = GreView::parse(walk.rest.captured);
  if (!gre) return gre.error();
  if (gre->is_pptp()) return open_pptp(*gre, outer, walk);
  TunnelLayer layer = layer_of(*gre, outer);
  const uint16_t type = gre->type();
  const bool is_mirror = type == ethertype::kErspan || type == ethertype::kErspan3;
  if (is_mirror) layer.kind = TunnelKind::erspan;
  // ERSPAN, NVGRE and plain GRE are one tunnel each, of the kind that says most.
  if (!walk.path.add(layer)) return Drop::too_many_headers;
  walk.rest = walk.rest.after(gre->header_length());
  if (is_mirror) return walk_erspan(*gre, walk);
  if (type == ethertype::kWccp) return walk_wccp(walk);
  // In GRE a small number is no length, so no LLC follows.
  return type < ethertype::kMin ? Drop::not_ip : walk_ethertype(type, walk);
}

Drop open_ether_ip(const IpPacket& outer, LinkWalk& walk) {
  const Result<EtherIpView, Drop> header = EtherIpView::parse(walk.rest.captured);
  if (!header) return header.error();
  if (!add_tunnel(TunnelKind::ether_ip, 0, outer, walk)) return Drop::too_many_headers;
  walk.rest = walk.rest.after(EtherIpView::kHeader);
  return walk_ethernet(walk);
}

// In IP, or in UDP.
Drop open_mpls(const IpPacket& outer, LinkWalk& walk) {
  if (!add_tunnel(TunnelKind::mpls, 0, outer, walk)) return Drop::too_many_headers;
  return walk_mpls(walk);
}

}  // namespace tcpflow
