// Builds frames from the inside out: tcp() into ipv4() or ipv6() into ethernet(). Every field that
// a test may want to be wrong can be overridden; what is left alone is right, checksums included.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/address.h"
#include "base/bytes.h"
#include "decode/segment.h"
#include "tests/support/octets.h"

namespace tcpflow::test {

inline constexpr uint16_t kTypeIpv4 = 0x0800;
inline constexpr uint16_t kTypeIpv6 = 0x86dd;
inline constexpr uint16_t kTypeVlan = 0x8100;
inline constexpr uint8_t kProtocolTcp = 6;

// "10.1.2.3" or "2001:db8::c"; a text that is no address fails an assert.
IpAddress ip(std::string_view text);
// "02:00:00:00:00:0c"
MacAddress mac(std::string_view text);

struct VlanTag {
  uint16_t tci = 0;  // priority, DEI and VLAN id
  uint16_t tpid = kTypeVlan;
};

struct EthernetParams {
  MacAddress source = mac("02:00:00:00:00:0c");
  MacAddress destination = mac("02:00:00:00:00:05");
  std::vector<VlanTag> tags;  // outermost first
  uint16_t type = kTypeIpv4;  // of the payload
};
Octets ethernet(const EthernetParams& params, Bytes payload);
Octets ethernet(uint16_t type, Bytes payload);

struct Ipv4Params {
  IpAddress source = ip("10.1.2.3");
  IpAddress destination = ip("192.0.2.80");
  uint8_t protocol = kProtocolTcp;
  uint8_t tos = 0;
  uint8_t ttl = 64;
  uint16_t id = 1;
  bool dont_fragment = false;
  bool more_fragments = false;
  uint16_t fragment_offset = 0;          // in octets; a multiple of 8
  Octets options;                        // padded with zeros to a multiple of 4
  std::optional<uint16_t> total_length;  // what the header says instead of the truth
  std::optional<uint8_t> header_words;   // IHL that the header says instead of the truth
  std::optional<uint16_t> checksum;      // instead of the right one
};
Octets ipv4(const Ipv4Params& params, Bytes payload);

// An IPv6 extension header: `body` is what follows its "next header" octet and, but for a fragment
// header, its length octet. It is padded with zeros to the header's unit.
struct Ipv6Extension {
  uint8_t type = 0;
  Octets body;
};
Ipv6Extension ipv6_fragment(uint16_t offset, bool more, uint32_t id);

struct Ipv6Params {
  IpAddress source = ip("2001:db8::c");
  IpAddress destination = ip("2001:db8:0:1::80");
  uint8_t next_header = kProtocolTcp;  // of the payload, after all extensions
  uint8_t hop_limit = 64;
  std::vector<Ipv6Extension> extensions;
  std::optional<uint16_t> payload_length;  // what the header says instead of the truth
};
Octets ipv6(const Ipv6Params& params, Bytes payload);

struct TcpParams {
  uint16_t source_port = 40000;
  uint16_t destination_port = 80;
  uint32_t sequence = 0;
  uint32_t acknowledgement = 0;
  uint8_t flags = tcp_flag::kAck;
  uint16_t window = 8192;
  uint16_t urgent = 0;
  Octets options;  // padded with zeros to a multiple of 4
  std::string payload;
  std::optional<uint16_t> checksum;    // instead of the right one
  std::optional<uint8_t> data_offset;  // in words, what the header says instead of the truth
};
// The checksum is right for a packet from `source` to `destination`.
Octets tcp(const TcpParams& params, const IpAddress& source, const IpAddress& destination);
// Inside IP, with the default addresses of the family.
Octets tcp_in_ipv4(const TcpParams& params, const Ipv4Params& outer = {});
Octets tcp_in_ipv6(const TcpParams& params, const Ipv6Params& outer = {});

Octets udp(uint16_t source_port, uint16_t destination_port, Bytes payload);

// One datagram as IP packets of at most `piece` payload octets (a multiple of 8), in order.
std::vector<Octets> ipv4_fragments(const Ipv4Params& params, Bytes payload, size_t piece);
std::vector<Octets> ipv6_fragments(const Ipv6Params& params, Bytes payload, size_t piece);

// RFC 1071, over `bytes` and what `start` already holds.
uint16_t internet_checksum(Bytes bytes, uint32_t start = 0);

}  // namespace tcpflow::test
