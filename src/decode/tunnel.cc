#include "decode/tunnel.h"

#include <array>

#include "decode/tunnel_steps.h"
#include "wire/ip_protocol.h"
#include "wire/udp.h"
#include "wire/udp_port.h"

namespace tcpflow {
namespace {

struct ProtocolRow {
  uint8_t protocol;
  TunnelStep step;
};
constexpr auto kProtocols = std::to_array<ProtocolRow>({
    {ip_protocol::kIpv4, open_ip_in_ip},
    {ip_protocol::kIpv6, open_ip_in_ip},
    {ip_protocol::kGre, open_gre},
    {ip_protocol::kEtherIp, open_ether_ip},
    {ip_protocol::kL2tp, open_l2tp_in_ip},
    {ip_protocol::kMpls, open_mpls},
});

struct PortRow {
  uint16_t port;
  TunnelStep step;
};
constexpr auto kPorts = std::to_array<PortRow>({
    {udp_port::kVxlan, open_vxlan},
    {udp_port::kLinuxVxlan, open_vxlan},
    {udp_port::kVxlanGpe, open_vxlan_gpe},
    {udp_port::kGeneve, open_geneve},
    {udp_port::kGtpU, open_gtp_u},
    {udp_port::kL2tp, open_l2tp_in_udp},
    {udp_port::kTeredo, open_teredo},
    {udp_port::kMpls, open_mpls},
});

TunnelStep step_of_protocol(uint8_t protocol) {
  for (const ProtocolRow& row : kProtocols) {
    if (row.protocol == protocol) return row.step;
  }
  return nullptr;
}

TunnelStep step_of_port(uint16_t port) {
  for (const PortRow& row : kPorts) {
    if (row.port == port) return row.step;
  }
  return nullptr;
}

// What try_step() is for links.
bool try_tunnel(TunnelStep step, const IpPacket& outer, LinkWalk& walk) {
  const WireBytes rest = walk.rest;
  const LinkFacts facts = walk.facts;
  const size_t tunnels = walk.path.size();
  if (step(outer, walk) == Drop::none && is_plausible_ip(walk.rest)) return true;
  walk.rest = rest;
  walk.facts = facts;
  walk.path.truncate(tunnels);
  return false;
}

Drop open_udp(const IpPacket& outer, LinkWalk& walk) {
  const Result<UdpView, Drop> datagram = UdpView::parse(walk.rest.captured);
  // Here and below: not a reason of its own. Who reads it as a datagram will say what is wrong.
  if (!datagram) return Drop::not_tcp;
  const size_t length = datagram->length();
  if (length != 0) walk.rest = walk.rest.up_to(length);
  if (walk.rest.captured.size() < UdpView::kHeader) return Drop::not_tcp;
  walk.rest = walk.rest.after(UdpView::kHeader);
  // Most tunnels send to their port from any other; some answer from it (Teredo, L2TP).
  for (const uint16_t port : {datagram->destination_port(), datagram->source_port()}) {
    const TunnelStep step = step_of_port(port);
    if (step == nullptr) continue;
    // Asked before the try, which would take a full path for a tunnel of another shape.
    if (walk.path.is_full()) return Drop::too_many_headers;
    if (try_tunnel(step, outer, walk)) return Drop::none;
  }
  return Drop::not_tcp;
}

}  // namespace

bool may_carry_tunnel(uint8_t protocol) {
  return protocol == ip_protocol::kUdp || step_of_protocol(protocol) != nullptr;
}

Drop open_tunnel(const IpPacket& outer, LinkPacket& inner, Encapsulation& path) {
  inner.ip = outer.payload;
  LinkWalk walk(inner, path);
  if (outer.protocol == ip_protocol::kUdp) return open_udp(outer, walk);
  const TunnelStep step = step_of_protocol(outer.protocol);
  if (step == nullptr) return Drop::not_tcp;
  const Drop why = step(outer, walk);
  if (why != Drop::none) return why;
  return inner.ip.captured.empty() ? Drop::truncated_ip : Drop::none;
}

}  // namespace tcpflow
