// Every reason why a frame ends before it becomes a segment of a stream. Bad traffic is a value:
// counted, never logged.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace tcpflow {

enum class Drop : uint8_t {
  none,                 // it became a segment, or is still held (a fragment)
  unknown_link_type,    // the interface's link type has no decoder
  truncated_link,       // too short for its link header
  bad_link,             // a link header that contradicts itself
  bad_fcs,              // a frame check sequence that is there and wrong (802.11)
  not_ip,               // ARP, LLDP, 802.3 without IP, an unknown ethertype, ...
  too_many_headers,     // VLAN tags, MPLS labels, extension headers, tunnels past the limit
  truncated_ip,         // too short for its IP header
  bad_ip_checksum,      // the receiver would find the IPv4 header damaged (--strict)
  bad_ip_header,        // version, header length or extension header that contradicts itself
  truncated_tunnel,     // too short for a tunnel's header
  bad_tunnel,           // a tunnel's header that contradicts itself
  encrypted,            // ESP, protected 802.11 frames and the like
  not_tcp,              // IP that carries something else (ICMP, ...; UDP where it is not wanted)
  truncated_tcp,        // fewer than 20 bytes of TCP
  bad_tcp_header,       // data offset below 5 or past the segment
  truncated_udp,        // fewer than 8 bytes of UDP, where UDP is wanted
  bad_udp_header,       // a length below 8
  bad_fragment,         // a fragment that cannot be (past 64 KiB, not a multiple of 8, ...)
  fragment_overlap,     // a fragment in conflict with earlier ones
  fragment_incomplete,  // held, but the rest never came
  fragment_limit,       // given up because a fragment limit was reached
};
inline constexpr size_t kDropCount = static_cast<size_t>(Drop::fragment_limit) + 1;

// "truncated_ip": the name used in the report.
const char* drop_name(Drop why);
// "truncated IP header": for people.
const char* drop_text(Drop why);

// Packets by reason. One owner, no sharing between threads.
class DropCounters {
 public:
  void add(Drop why, uint64_t count = 1) { counts_[static_cast<size_t>(why)] += count; }
  uint64_t operator[](Drop why) const { return counts_[static_cast<size_t>(why)]; }

 private:
  std::array<uint64_t, kDropCount> counts_{};
};

}  // namespace tcpflow
