// Wraps packets into tunnels and radio frames, from the inside out like packet_builder.h.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/packet_builder.h"

namespace tcpflow::test {

// ---- headers and what they carry, without the outer IP ------------------------------------------

struct GreParams {
  uint16_t type = kTypeIpv4;
  bool checksum = false;
  bool sequence = false;
  std::optional<uint32_t> key = std::nullopt;
};
Octets gre(const GreParams& params, Bytes payload);
// Version 1. Without PPP it is an acknowledgement alone.
Octets pptp(Bytes ppp, bool acknowledges);
Octets vxlan(uint32_t network, Bytes frame);
Octets vxlan_gpe(uint32_t network, uint8_t next_protocol, Bytes payload);
Octets geneve(uint32_t network, uint16_t type, Bytes payload, Bytes options = {});
// `optional`: the four octets of sequence number and so on, then extension headers; empty: none.
// The last octet of the four says which extension is first.
Octets gtp_u(Bytes payload, Bytes optional = {});
Octets l2tp2(Bytes ppp);
// Over UDP; `front`: cookie and sublayer.
Octets l2tp3(Bytes payload, Bytes front = {});
Octets nsh(uint8_t next_protocol, Bytes payload);
Octets mpls_labels(std::vector<uint32_t> labels, Bytes payload);
// The tag behind ethertype 0x88e7.
Octets backbone_tag(uint32_t service, Bytes frame);
Octets erspan2(Bytes frame);
Octets erspan3(Bytes frame, bool has_subheader);
// PPP with address and control.
Octets ppp_of(Bytes ip_packet);

// ---- the same in IP, for every tunnel that there is ---------------------------------------------

// An Ethernet frame of an IP packet of either family.
Octets frame_around(Bytes ip_packet);
uint16_t ethertype_of(Bytes ip_packet);
// An IP packet of protocol `protocol` between 198.51.100.1 and .2, or the reverse.
Octets outer_ip(uint8_t protocol, Bytes payload, bool is_reply = false);
// In UDP to this port.
Octets outer_udp(uint16_t port, Bytes payload, bool is_reply = false);

// A tunnel as a function from an IP packet to the IP packet that carries it.
struct Tunnel {
  std::string name;  // as Encapsulation::text() begins
  std::function<Octets(Bytes packet, bool is_reply)> wrap;
  size_t layers = 1;  // that it adds to the path
};
std::vector<Tunnel> all_tunnels();

// ---- 802.11
// ---------------------------------------------------------------------------------------

struct WifiParams {
  bool to_ds = true;
  bool from_ds = false;
  bool qos = false;
  bool ht_control = false;
  bool is_protected = false;
  bool is_aggregate = false;
  uint8_t fragment = 0;
};
// The addresses in the air: receiver, transmitter, and what the bits make of the others.
inline constexpr char kStation[] = "02:00:00:00:00:0c";
inline constexpr char kAccessPoint[] = "02:00:00:00:00:aa";
inline constexpr char kBeyond[] = "02:00:00:00:00:05";
// A data frame from the station to what lies beyond, by way of the access point. `body` from LLC
// on.
Octets wifi(const WifiParams& params, Bytes body);
// LLC and SNAP in front of an IP packet.
Octets snap_of(Bytes ip_packet);
// One subframe of an aggregate; all but the last are padded.
Octets wifi_subframe(Bytes body, bool is_last);
Octets with_fcs(Octets frame);
// `flags`: nothing leaves the field out.
Octets radiotap(std::optional<uint8_t> flags, Bytes frame);

}  // namespace tcpflow::test
