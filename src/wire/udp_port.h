// UDP ports of tunnels (IANA, but for the one of old Linux).
#pragma once

#include <cstdint>

namespace tcpflow::udp_port {

inline constexpr uint16_t kL2tp = 1701;
inline constexpr uint16_t kGtpU = 2152;
inline constexpr uint16_t kTeredo = 3544;
inline constexpr uint16_t kVxlan = 4789;
inline constexpr uint16_t kVxlanGpe = 4790;
inline constexpr uint16_t kGeneve = 6081;
inline constexpr uint16_t kMpls = 6635;
inline constexpr uint16_t kLinuxVxlan = 8472;

}  // namespace tcpflow::udp_port
