#include "tests/support/tunnel_builder.h"

#include <utility>

namespace tcpflow::test {
namespace {

constexpr uint8_t kUdp = 17;

// CRC-32 of IEEE 802.3, bit by bit.
uint32_t crc_of(Bytes bytes) {
  uint32_t crc = 0xffffffff;
  for (const uint8_t octet : bytes) {
    crc ^= octet;
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ ((crc & 1) != 0 ? 0xedb88320 : 0);
  }
  return ~crc;
}

Octets vxlan_header(uint8_t flags, uint8_t next_protocol, uint32_t network) {
  Octets header = {flags, 0, 0, next_protocol};
  put_be32(header, network << 8);
  return header;
}

Octets after(Octets header, Bytes payload) {
  put(header, payload);
  return header;
}

Octets in_mpls(Bytes payload) { return mpls_labels({100, 200}, payload); }

Tunnel over_ip(const char* name, uint8_t protocol, std::function<Octets(Bytes)> wrap) {
  return {name, [protocol, wrap = std::move(wrap)](Bytes packet, bool is_reply) {
            return outer_ip(protocol, wrap(packet), is_reply);
          }};
}

Tunnel over_udp(const char* name, uint16_t port, std::function<Octets(Bytes)> wrap) {
  return {name, [port, wrap = std::move(wrap)](Bytes packet, bool is_reply) {
            return outer_udp(port, wrap(packet), is_reply);
          }};
}

void add_gre(std::vector<Tunnel>& all) {
  all.push_back(over_ip("gre", 47, [](Bytes packet) {
    return gre({.type = ethertype_of(packet), .checksum = true, .sequence = true, .key = 7},
               packet);
  }));
  all.push_back(
      over_ip("gre", 47, [](Bytes packet) { return gre({.type = 0x6558}, frame_around(packet)); }));
  all.push_back(
      over_ip("gre", 47, [](Bytes packet) { return gre({.type = 0x8847}, in_mpls(packet)); }));
  all.push_back(over_ip("nvgre", 47, [](Bytes packet) {
    return gre({.type = 0x6558, .key = 0x1234'5601}, frame_around(packet));
  }));
  all.push_back(over_ip("erspan", 47,
                        [](Bytes packet) { return gre({.type = 0x88be}, frame_around(packet)); }));
  all.push_back(over_ip("erspan", 47, [](Bytes packet) {
    return gre({.type = 0x88be, .sequence = true}, erspan2(frame_around(packet)));
  }));
  all.push_back(over_ip("erspan", 47, [](Bytes packet) {
    return gre({.type = 0x22eb, .sequence = true}, erspan3(frame_around(packet), true));
  }));
  all.push_back(over_ip("pptp", 47, [](Bytes packet) { return pptp(ppp_of(packet), true); }));
}

void add_other_ip(std::vector<Tunnel>& all) {
  all.push_back({"ipip", [](Bytes packet, bool is_reply) {
                   return outer_ip(packet[0] >> 4 == 4 ? 4 : 41, packet, is_reply);
                 }});
  all.push_back({"ipip", [](Bytes packet, bool is_reply) {
                   Ipv6Params outer;
                   outer.next_header = packet[0] >> 4 == 4 ? 4 : 41;
                   if (is_reply) std::swap(outer.source, outer.destination);
                   return ipv6(outer, packet);
                 }});
  all.push_back(over_ip("etherip", 97, [](Bytes packet) {
    return after({0x30, 0}, frame_around(packet));
  }));
  all.push_back(over_ip("l2tp", 115, [](Bytes packet) {
    return after({0, 0, 0, 9, 1, 2, 3, 4, 0x40, 0, 0, 5}, frame_around(packet));
  }));
  all.push_back(over_ip("mpls", 137, in_mpls));
}

void add_udp(std::vector<Tunnel>& all) {
  all.push_back(
      over_udp("vxlan", 4789, [](Bytes packet) { return vxlan(42, frame_around(packet)); }));
  all.push_back(
      over_udp("vxlan", 8472, [](Bytes packet) { return vxlan(42, frame_around(packet)); }));
  all.push_back(over_udp("vxlan-gpe", 4790, [](Bytes packet) {
    return vxlan_gpe(42, packet[0] >> 4 == 4 ? 1 : 2, packet);
  }));
  Tunnel chain = over_udp("vxlan-gpe", 4790, [](Bytes packet) {
    return vxlan_gpe(42, 4, nsh(3, frame_around(packet)));
  });
  chain.layers = 2;
  all.push_back(chain);
  all.push_back(over_udp("geneve", 6081, [](Bytes packet) {
    return geneve(43, 0x6558, frame_around(packet), Octets(12, 0));
  }));
  all.push_back(over_udp("geneve", 6081,
                         [](Bytes packet) { return geneve(43, ethertype_of(packet), packet); }));
  all.push_back(over_udp("gtp-u", 2152, [](Bytes packet) { return gtp_u(packet); }));
  all.push_back(over_udp("gtp-u", 2152, [](Bytes packet) {
    return gtp_u(packet, Octets{0, 1, 0, 0x85, 1, 0x10, 9, 0xc0, 1, 0, 1, 0});
  }));
  all.push_back(over_udp("l2tp", 1701, [](Bytes packet) { return l2tp2(ppp_of(packet)); }));
  all.push_back(over_udp("l2tp", 1701, [](Bytes packet) {
    return l2tp3(frame_around(packet), Octets{0xde, 0xad, 0xbe, 0xef});
  }));
  all.push_back(over_udp("mpls", 6635, in_mpls));
}

}  // namespace

Octets gre(const GreParams& params, Bytes payload) {
  Octets packet;
  put_be16(packet, (params.checksum ? 0x8000u : 0u) | (params.key ? 0x2000u : 0u) |
                       (params.sequence ? 0x1000u : 0u));
  put_be16(packet, params.type);
  if (params.checksum) put_be32(packet, 0x12340000);
  if (params.key) put_be32(packet, *params.key);
  if (params.sequence) put_be32(packet, 77);
  put(packet, payload);
  return packet;
}

Octets pptp(Bytes ppp, bool acknowledges) {
  Octets packet = {static_cast<uint8_t>(ppp.empty() ? 0x20 : 0x30),
                   static_cast<uint8_t>(acknowledges ? 0x81 : 0x01), 0x88, 0x0b};
  put_be16(packet, static_cast<unsigned>(ppp.size()));
  put_be16(packet, 9);  // call
  if (!ppp.empty()) put_be32(packet, 5);
  if (acknowledges) put_be32(packet, 4);
  put(packet, ppp);
  return packet;
}

Octets vxlan(uint32_t network, Bytes frame) { return after(vxlan_header(8, 0, network), frame); }

Octets vxlan_gpe(uint32_t network, uint8_t next_protocol, Bytes payload) {
  return after(vxlan_header(0x0c, next_protocol, network), payload);
}

Octets geneve(uint32_t network, uint16_t type, Bytes payload, Bytes options) {
  Octets packet = {static_cast<uint8_t>(options.size() / 4), 0};
  put_be16(packet, type);
  put_be32(packet, network << 8);
  put(packet, options);
  put(packet, payload);
  return packet;
}

Octets gtp_u(Bytes payload, Bytes optional) {
  const uint8_t flags = optional.empty() ? 0 : optional[3] != 0 ? 6 : 2;
  Octets packet = {static_cast<uint8_t>(0x30 | flags), 0xff};
  put_be16(packet, static_cast<unsigned>(optional.size() + payload.size()));
  put_be32(packet, 0xabcd0001);
  put(packet, optional);
  put(packet, payload);
  return packet;
}

// With length, sequence numbers and an offset of two.
Octets l2tp2(Bytes ppp) {
  Octets packet = {0x4a, 0x02};
  put_be16(packet, static_cast<unsigned>(16 + ppp.size()));
  put(packet, Octets{0, 1, 0, 2, 0, 3, 0, 4, 0, 2, 0, 0});
  put(packet, ppp);
  return packet;
}

Octets l2tp3(Bytes payload, Bytes front) {
  return join({Octets{0, 3, 0, 0, 0, 0, 0, 9}, front, payload});
}

Octets nsh(uint8_t next_protocol, Bytes payload) {
  return after(
      {0x0f, 0xc6, 1, next_protocol, 0, 0, 1, 255, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0},
      payload);
}

Octets mpls_labels(std::vector<uint32_t> labels, Bytes payload) {
  Octets packet;
  for (size_t i = 0; i < labels.size(); ++i) {
    put_be32(packet, labels[i] << 12 | (i + 1 == labels.size() ? 0x100u : 0u) | 64u);
  }
  put(packet, payload);
  return packet;
}

Octets backbone_tag(uint32_t service, Bytes frame) {
  Octets packet;
  put_be32(packet, 0x60000000u | service);
  put(packet, frame);
  return packet;
}

Octets erspan2(Bytes frame) { return after({0x10, 5, 0, 9, 0, 0, 0, 1}, frame); }

Octets erspan3(Bytes frame, bool has_subheader) {
  Octets packet = {0x20, 5, 0, 9, 0, 0, 0, 1, 0, 0, 0, static_cast<uint8_t>(has_subheader)};
  if (has_subheader) put(packet, Octets(8, 0));
  put(packet, frame);
  return packet;
}

Octets ppp_of(Bytes ip_packet) {
  const uint8_t protocol = ip_packet[0] >> 4 == 4 ? 0x21 : 0x57;
  return after({0xff, 0x03, 0x00, protocol}, ip_packet);
}

Octets frame_around(Bytes ip_packet) { return ethernet(ethertype_of(ip_packet), ip_packet); }

uint16_t ethertype_of(Bytes ip_packet) { return ip_packet[0] >> 4 == 4 ? kTypeIpv4 : kTypeIpv6; }

Octets outer_ip(uint8_t protocol, Bytes payload, bool is_reply) {
  Ipv4Params outer;
  outer.source = ip(is_reply ? "198.51.100.2" : "198.51.100.1");
  outer.destination = ip(is_reply ? "198.51.100.1" : "198.51.100.2");
  outer.protocol = protocol;
  return ipv4(outer, payload);
}

// VXLAN and its like have the port at the receiver's side whatever the direction.
Octets outer_udp(uint16_t port, Bytes payload, bool is_reply) {
  return outer_ip(kUdp, udp(49152, port, payload), is_reply);
}

std::vector<Tunnel> all_tunnels() {
  std::vector<Tunnel> all;
  add_gre(all);
  add_other_ip(all);
  add_udp(all);
  return all;
}

Octets wifi(const WifiParams& params, Bytes body) {
  Octets frame = {
      static_cast<uint8_t>(params.qos ? 0x88 : 0x08),
      static_cast<uint8_t>((params.to_ds ? 1 : 0) | (params.from_ds ? 2 : 0) |
                           (params.is_protected ? 0x40 : 0) | (params.ht_control ? 0x80 : 0)),
      0, 0};
  const MacAddress station = mac(kStation);
  const MacAddress point = mac(kAccessPoint);
  const MacAddress beyond = mac(kBeyond);
  put(frame, params.to_ds ? point.octets : beyond.octets);
  put(frame, params.from_ds ? point.octets : station.octets);
  put(frame, params.to_ds ? beyond.octets : params.from_ds ? station.octets : point.octets);
  put(frame, Octets{params.fragment, 0x10});
  if (params.to_ds && params.from_ds) put(frame, station.octets);
  if (params.qos) put(frame, Octets{static_cast<uint8_t>(params.is_aggregate ? 0x80 : 0), 0});
  if (params.ht_control) put(frame, Octets{1, 2, 3, 4});
  put(frame, body);
  return frame;
}

Octets snap_of(Bytes ip_packet) {
  Octets body = {0xaa, 0xaa, 3, 0, 0, 0};
  put_be16(body, ethertype_of(ip_packet));
  put(body, ip_packet);
  return body;
}

Octets wifi_subframe(Bytes body, bool is_last) {
  Octets frame = join({mac(kBeyond).octets, mac(kStation).octets});
  put_be16(frame, static_cast<unsigned>(body.size()));
  put(frame, body);
  while (!is_last && frame.size() % 4 != 0) frame.push_back(0xee);
  return frame;
}

Octets with_fcs(Octets frame) {
  put_le32(frame, crc_of(frame));
  return frame;
}

Octets radiotap(std::optional<uint8_t> flags, Bytes frame) {
  if (!flags) return after({0, 0, 8, 0, 0, 0, 0, 0}, frame);
  // With a time stamp in front of the flags and a second word of what is present.
  Octets header = {0, 0, 25, 0, 3, 0, 0, 0x80, 0, 0, 0, 0, 0, 0, 0, 0};
  put(header, Octets(8, 1));
  header.push_back(*flags);
  put(header, frame);
  return header;
}

}  // namespace tcpflow::test
