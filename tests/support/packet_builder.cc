#include "tests/support/packet_builder.h"

#include <arpa/inet.h>

#include <algorithm>
#include <cassert>
#include <cstdlib>

namespace tcpflow::test {
namespace {

constexpr uint8_t kFragmentHeader = 44;
constexpr uint8_t kAuthentication = 51;

void pad_to(Octets& bytes, size_t unit) {
  while (bytes.size() % unit != 0) bytes.push_back(0);
}

Bytes octets_of(const IpAddress& address) {
  return Bytes(address.octets).first(address.family == Family::ipv4 ? 4 : 16);
}

// The sum of the pseudo header (RFC 9293, 3.1; RFC 8200, 8.1), not yet folded.
uint32_t pseudo_sum(const IpAddress& source, const IpAddress& destination, size_t length) {
  const Octets both = join({octets_of(source), octets_of(destination)});
  uint32_t sum = kProtocolTcp + static_cast<uint32_t>(length);
  for (size_t i = 0; i < both.size(); i += 2) sum += load_be16(&both[i]);
  return sum;
}

Octets extension_header(const Ipv6Extension& extension, uint8_t next) {
  Octets header{next};
  if (extension.type == kFragmentHeader) {
    put(header, extension.body);
    pad_to(header, 8);
    return header;
  }
  const size_t unit = extension.type == kAuthentication ? 4 : 8;
  header.push_back(0);
  put(header, extension.body);
  pad_to(header, unit);
  // RFC 4302, 2.2: AH counts words less 2; RFC 8200, 4.3: the others 8 octets less the first.
  header[1] = static_cast<uint8_t>(unit == 4 ? header.size() / 4 - 2 : header.size() / 8 - 1);
  return header;
}

}  // namespace

IpAddress ip(std::string_view text) {
  const std::string terminated(text);
  uint8_t octets[16];
  if (inet_pton(AF_INET, terminated.c_str(), octets) == 1) return IpAddress::v4(octets);
  [[maybe_unused]] const int parsed = inet_pton(AF_INET6, terminated.c_str(), octets);
  assert(parsed == 1);
  return IpAddress::v6(octets);
}

MacAddress mac(std::string_view text) {
  MacAddress address;
  assert(text.size() == 17);
  for (size_t i = 0; i < 6; ++i) {
    const std::string pair(text.substr(3 * i, 2));
    address.octets[i] = static_cast<uint8_t>(std::strtoul(pair.c_str(), nullptr, 16));
  }
  return address;
}

uint16_t internet_checksum(Bytes bytes, uint32_t start) {
  uint64_t sum = start;
  for (size_t i = 0; i + 1 < bytes.size(); i += 2) sum += load_be16(&bytes[i]);
  if (bytes.size() % 2 != 0) sum += static_cast<uint32_t>(bytes.back() << 8);
  while (sum > 0xffff) sum = (sum >> 16) + (sum & 0xffff);
  return static_cast<uint16_t>(~sum & 0xffff);
}

Octets ethernet(const EthernetParams& params, Bytes payload) {
  Octets frame = join({params.destination.octets, params.source.octets});
  for (const VlanTag& tag : params.tags) {
    put_be16(frame, tag.tpid);
    put_be16(frame, tag.tci);
  }
  put_be16(frame, params.type);
  put(frame, payload);
  return frame;
}

Octets ethernet(uint16_t type, Bytes payload) {
  EthernetParams params;
  params.type = type;
  return ethernet(params, payload);
}

Octets ipv4(const Ipv4Params& params, Bytes payload) {
  Octets options = params.options;
  pad_to(options, 4);
  const size_t header = 20 + options.size();
  Octets packet;
  put8(packet, 0x40u | params.header_words.value_or(static_cast<uint8_t>(header / 4)));
  put8(packet, params.tos);
  put_be16(packet, params.total_length.value_or(static_cast<uint16_t>(header + payload.size())));
  put_be16(packet, params.id);
  put_be16(packet, (params.dont_fragment ? 0x4000u : 0u) | (params.more_fragments ? 0x2000u : 0u) |
                       params.fragment_offset / 8u);
  put8(packet, params.ttl);
  put8(packet, params.protocol);
  put_be16(packet, 0);
  put(packet, octets_of(params.source));
  put(packet, octets_of(params.destination));
  put(packet, options);
  set_be16(packet, 10, params.checksum.value_or(internet_checksum(packet)));
  put(packet, payload);
  return packet;
}

Ipv6Extension ipv6_fragment(uint16_t offset, bool more, uint32_t id) {
  Octets body{0};
  put_be16(body, (offset & 0xfff8u) | (more ? 1u : 0u));
  put_be32(body, id);
  return {kFragmentHeader, body};
}

Octets ipv6(const Ipv6Params& params, Bytes payload) {
  Octets chain;
  for (size_t i = 0; i < params.extensions.size(); ++i) {
    const bool last = i + 1 == params.extensions.size();
    const uint8_t next = last ? params.next_header : params.extensions[i + 1].type;
    put(chain, extension_header(params.extensions[i], next));
  }
  const uint16_t length = static_cast<uint16_t>(chain.size() + payload.size());
  Octets packet;
  put_be32(packet, 0x60000000);
  put_be16(packet, params.payload_length.value_or(length));
  put8(packet, params.extensions.empty() ? params.next_header : params.extensions[0].type);
  put8(packet, params.hop_limit);
  put(packet, octets_of(params.source));
  put(packet, octets_of(params.destination));
  put(packet, chain);
  put(packet, payload);
  return packet;
}

Octets tcp(const TcpParams& params, const IpAddress& source, const IpAddress& destination) {
  Octets options = params.options;
  pad_to(options, 4);
  const size_t header = 20 + options.size();
  Octets segment;
  put_be16(segment, params.source_port);
  put_be16(segment, params.destination_port);
  put_be32(segment, params.sequence);
  put_be32(segment, params.acknowledgement);
  put8(segment, 16u * params.data_offset.value_or(static_cast<uint8_t>(header / 4)));
  put8(segment, params.flags);
  put_be16(segment, params.window);
  put_be16(segment, 0);
  put_be16(segment, params.urgent);
  put(segment, options);
  put(segment, as_bytes(params.payload));
  const uint16_t right =
      internet_checksum(segment, pseudo_sum(source, destination, segment.size()));
  set_be16(segment, 16, params.checksum.value_or(right));
  return segment;
}

Octets tcp_in_ipv4(const TcpParams& params, const Ipv4Params& outer) {
  return ipv4(outer, tcp(params, outer.source, outer.destination));
}

Octets tcp_in_ipv6(const TcpParams& params, const Ipv6Params& outer) {
  return ipv6(outer, tcp(params, outer.source, outer.destination));
}

// Without a checksum, which IPv4 allows (RFC 768).
Octets udp(uint16_t source_port, uint16_t destination_port, Bytes payload) {
  Octets datagram;
  put_be16(datagram, source_port);
  put_be16(datagram, destination_port);
  put_be16(datagram, static_cast<uint16_t>(8 + payload.size()));
  put_be16(datagram, 0);
  put(datagram, payload);
  return datagram;
}

std::vector<Octets> ipv4_fragments(const Ipv4Params& params, Bytes payload, size_t piece) {
  std::vector<Octets> packets;
  for (size_t at = 0; at < payload.size(); at += piece) {
    Ipv4Params one = params;
    one.fragment_offset = static_cast<uint16_t>(at);
    one.more_fragments = at + piece < payload.size();
    packets.push_back(ipv4(one, payload.subspan(at, std::min(piece, payload.size() - at))));
  }
  return packets;
}

std::vector<Octets> ipv6_fragments(const Ipv6Params& params, Bytes payload, size_t piece) {
  std::vector<Octets> packets;
  for (size_t at = 0; at < payload.size(); at += piece) {
    Ipv6Params one = params;
    const bool more = at + piece < payload.size();
    one.extensions.push_back(ipv6_fragment(static_cast<uint16_t>(at), more, 0x1234));
    packets.push_back(ipv6(one, payload.subspan(at, std::min(piece, payload.size() - at))));
  }
  return packets;
}

}  // namespace tcpflow::test
