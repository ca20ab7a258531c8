// UDP ports of tunnels (IANA, but for the one of old Linux). A port is a hint only: what a datagram
// carries must look like the tunnel too (decode/tunnel.cc).
#pragma once

#include <cstdint>

namespace tcpflow::udp_port {

inline constexpr uint16_t kL2tp = 1701;        // RFC 2661, RFC 3931
inline constexpr uint16_t kGtpU = 2152;        // 3GPP TS 29.281
inline constexpr uint16_t kTeredo = 3544;      // RFC 4380
inline constexpr uint16_t kVxlan = 4789;       // RFC 7348
inline constexpr uint16_t kVxlanGpe = 4790;    // draft-ietf-nvo3-vxlan-gpe
inline constexpr uint16_t kGeneve = 6081;      // RFC 8926
inline constexpr uint16_t kMpls = 6635;        // RFC 7510
inline constexpr uint16_t kLinuxVxlan = 8472;  // Linux's, from before the number was given out

}  // namespace tcpflow::udp_port
