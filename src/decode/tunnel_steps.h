// The tunnels one by one. Inside decode/ only.
#pragma once

#include "decode/ip_packet.h"
#include "decode/link_walk.h"

namespace tcpflow {

// Takes the header of a tunnel off the payload of `outer`, where `walk` stands, adds the tunnel to
// the path, and goes on like a LinkStep.
using TunnelStep = Drop (*)(const IpPacket& outer, LinkWalk& walk);

Drop open_ip_in_ip(const IpPacket& outer, LinkWalk& walk);
Drop open_gre(const IpPacket& outer, LinkWalk& walk);
Drop open_ether_ip(const IpPacket& outer, LinkWalk& walk);
Drop open_l2tp_in_ip(const IpPacket& outer, LinkWalk& walk);
Drop open_mpls(const IpPacket& outer, LinkWalk& walk);

Drop open_vxlan(const IpPacket& outer, LinkWalk& walk);
Drop open_vxlan_gpe(const IpPacket& outer, LinkWalk& walk);
Drop open_geneve(const IpPacket& outer, LinkWalk& walk);
Drop open_gtp_u(const IpPacket& outer, LinkWalk& walk);
Drop open_l2tp_in_udp(const IpPacket& outer, LinkWalk& walk);
Drop open_teredo(const IpPacket& outer, LinkWalk& walk);

// Adds a tunnel between the ends of `outer`; false if there are too many.
inline bool add_tunnel(TunnelKind kind, uint32_t id, const IpPacket& outer, LinkWalk& walk) {
  return walk.path.add({kind, id, outer.source, outer.destination});
}

}  // namespace tcpflow
