// IP protocol numbers and IPv6 next headers that the decoder knows (IANA).
#pragma once

#include <cstdint>

namespace tcpflow::ip_protocol {

inline constexpr uint8_t kHopByHop = 0;       // RFC 8200, 4.3
inline constexpr uint8_t kIpv4 = 4;           // IP in IP (RFC 2003)
inline constexpr uint8_t kTcp = 6;            // RFC 9293
inline constexpr uint8_t kUdp = 17;           // RFC 768
inline constexpr uint8_t kIpv6 = 41;          // IPv6 in IP (RFC 4213, RFC 2473)
inline constexpr uint8_t kRouting = 43;       // RFC 8200, 4.4
inline constexpr uint8_t kFragment = 44;      // RFC 8200, 4.5; IPv4 has none
inline constexpr uint8_t kGre = 47;           // RFC 2784
inline constexpr uint8_t kEsp = 50;           // encrypted (RFC 4303)
inline constexpr uint8_t kAh = 51;            // RFC 4302
inline constexpr uint8_t kNoNextHeader = 59;  // RFC 8200, 4.7
inline constexpr uint8_t kDestination = 60;   // RFC 8200, 4.6
inline constexpr uint8_t kEtherIp = 97;       // RFC 3378
inline constexpr uint8_t kL2tp = 115;         // version 3 only (RFC 3931, 4.1.1)
inline constexpr uint8_t kMobility = 135;     // RFC 6275
inline constexpr uint8_t kMpls = 137;         // RFC 4023
inline constexpr uint8_t kHip = 139;          // RFC 7401
inline constexpr uint8_t kShim6 = 140;        // RFC 5533
inline constexpr uint8_t kWrappedEsp = 141;   // RFC 5840

}  // namespace tcpflow::ip_protocol
