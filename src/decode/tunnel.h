// From an IP packet to the packet in it.
#pragma once

#include <cstdint>

#include "base/drop.h"
#include "decode/encapsulation.h"
#include "decode/ip_packet.h"
#include "decode/link_decoder.h"

namespace tcpflow {

// True if packets of this IP protocol may carry others.
bool may_carry_tunnel(uint8_t protocol);

// Takes the headers of one tunnel off the payload of `outer`, and adds it to `path`. `inner` comes
// with the facts of the links around `outer` and leaves with those of a frame in the tunnel, if one
// is there. UDP counts as a tunnel only where port and content agree; else the reason is not_tcp.
// If none is returned, `inner.ip` has at least one captured octet; otherwise `path` may have
// changed.
Drop open_tunnel(const IpPacket& outer, LinkPacket& inner, Encapsulation& path);

}  // namespace tcpflow
