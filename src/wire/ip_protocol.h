// IP protocol numbers and IPv6 next headers that the decoder knows (IANA).
#pragma once

#include <cstdint>

namespace tcpflow::ip_protocol {

inline constexpr uint8_t kHopByHop = 0;
inline constexpr uint8_t kIpv4 = 4;
inline constexpr uint8_t kTcp = 6;
inline constexpr uint8_t kUdp = 17;
inline constexpr uint8_t kIpv6 = 41;
inline constexpr uint8_t kRouting = 43;
inline constexpr uint8_t kFragment = 44;
inline constexpr uint8_t kGre = 47;
inline constexpr uint8_t kEsp = 50;
inline constexpr uint8_t kAh = 51;
inline constexpr uint8_t kNoNextHeader = 59;
inline constexpr uint8_t kDestination = 60;
inline constexpr uint8_t kEtherIp = 97;
inline constexpr uint8_t kL2tp = 115;
inline constexpr uint8_t kMobility = 135;
inline constexpr uint8_t kMpls = 137;
inline constexpr uint8_t kHip = 139;
inline constexpr uint8_t kShim6 = 140;
inline constexpr uint8_t kWrappedEsp = 141;

}  // namespace tcpflow::ip_protocol
