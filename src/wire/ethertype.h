// Ethertypes that the decoder knows (IEEE 802 numbers, as IANA lists them).
#pragma once

#include <cstdint>

namespace tcpflow::ethertype {

// Below it the field is the length of an 802.3 frame (IEEE 802.3, 3.2.6). Values from 1501 to 1535
// are neither; they are taken for lengths.
inline constexpr uint16_t kMin = 0x0600;

inline constexpr uint16_t kIpv4 = 0x0800;
inline constexpr uint16_t kErspan3 = 0x22eb;              // in GRE, ERSPAN type III
inline constexpr uint16_t kTransparentEthernet = 0x6558;  // a frame in GRE or Geneve (RFC 1701)
inline constexpr uint16_t kVlan = 0x8100;                 // 802.1Q
inline constexpr uint16_t kIpv6 = 0x86dd;
inline constexpr uint16_t kPpp = 0x880b;   // in GRE of PPTP (RFC 2637)
inline constexpr uint16_t kWccp = 0x883e;  // in GRE: packets redirected to web caches
inline constexpr uint16_t kMpls = 0x8847;  // RFC 3032, RFC 5332
inline constexpr uint16_t kMplsMulticast = 0x8848;
inline constexpr uint16_t kPppoeSession = 0x8864;    // RFC 2516; discovery, 0x8863, carries no IP
inline constexpr uint16_t kServiceVlan = 0x88a8;     // 802.1ad
inline constexpr uint16_t kErspan = 0x88be;          // in GRE, ERSPAN types I and II
inline constexpr uint16_t kMacsec = 0x88e5;          // 802.1AE
inline constexpr uint16_t kBackbone = 0x88e7;        // 802.1ah, the tag of a service instance
inline constexpr uint16_t kNsh = 0x894f;             // RFC 8300
inline constexpr uint16_t kOldServiceVlan = 0x9100;  // stacked tags before 802.1ad

}  // namespace tcpflow::ethertype
