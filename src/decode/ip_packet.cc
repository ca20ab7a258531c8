#include "decode/ip_packet.h"

#include <algorithm>
#include <optional>

#include "wire/ah.h"
#include "wire/ip_protocol.h"
#include "wire/ipv4.h"
#include "wire/ipv6.h"
#include "wire/ipv6_extension.h"

namespace tcpflow {
namespace {

// An honest chain has each header once, destination options twice.
constexpr int kMaxExtensions = 16;

// The longest packet that segmentation offload makes: far more than any system does, far less than
// the length of a frame on the wire can claim beyond what was captured of it.
constexpr size_t kMostByOffload = size_t{4} << 20;

// What is believed of a length that no 16 bits of a header state.
size_t believed_length(const WireBytes& ip, size_t claimed) {
  return std::min(claimed, std::max(ip.captured.size(), kMostByOffload));
}

// Segmentation offload leaves the length at 0: then the frame says where the packet ends.
size_t length_by_frame(const WireBytes& ip, size_t trailer) {
  return believed_length(ip, ip.on_wire > trailer ? ip.on_wire - trailer : ip.on_wire);
}

Drop read_ipv4(const WireBytes& ip, size_t trailer, IpPacket& packet) {
  const Result<Ipv4View, Drop> header = Ipv4View::parse(ip.captured);
  if (!header) return header.error();
  packet.source = header->source();
  packet.destination = header->destination();
  packet.protocol = header->protocol();
  packet.is_fragment = header->is_fragment();
  packet.fragment = {header->id(), header->fragment_offset(), header->more_fragments()};
  const size_t stated = header->total_length();
  const size_t total = stated != 0 ? stated : length_by_frame(ip, trailer);
  packet.has_known_sum = stated != 0;
  // Ipv4View has looked at a stated length; this one may come from a frame with a long trailer.
  if (total < header->header_length()) return Drop::bad_ip_header;
  // A length past the frame is cut to it: what was not on the wire is not missing.
  packet.payload = ip.up_to(total).after(header->header_length());
  return Drop::none;
}

// The payload length of an IPv6 packet that states none.
size_t unstated_length(const Ipv6View& header, const WireBytes& payload, size_t trailer) {
  if (header.next_header() == ip_protocol::kHopByHop) {
    const Result<Ipv6ExtensionView, Drop> options = Ipv6ExtensionView::parse(payload.captured);
    const std::optional<uint32_t> jumbo = options ? options->jumbo_length() : std::nullopt;
    if (jumbo) return believed_length(payload, *jumbo);
  }
  return length_by_frame(payload, trailer);
}

Drop read_ipv6(const WireBytes& ip, size_t trailer, IpPacket& packet) {
  const Result<Ipv6View, Drop> header = Ipv6View::parse(ip.captured);
  if (!header) return header.error();
  packet.source = header->source();
  packet.destination = header->destination();
  packet.protocol = header->next_header();
  const WireBytes rest = ip.after(Ipv6View::kHeader);
  const size_t stated = header->payload_length();
  packet.payload = rest.up_to(stated != 0 ? stated : unstated_length(*header, rest, trailer));
  packet.has_known_sum = stated != 0;
  return Drop::none;
}

// A header that reaches past the packet is cut if the packet is, and false otherwise.
Drop past_end(const IpPacket& packet, Drop why) {
  return why == Drop::truncated_ip && !packet.payload.is_cut() ? Drop::bad_ip_header : why;
}

Drop skip_extension(IpPacket& packet) {
  const Result<Ipv6ExtensionView, Drop> header = Ipv6ExtensionView::parse(packet.payload.captured);
  if (!header) return past_end(packet, header.error());
  // The pseudo header has the last address of a routing header, not that of the packet (RFC 8200,
  // 8.1).
  packet.has_known_sum = packet.has_known_sum && packet.protocol != ip_protocol::kRouting;
  packet.protocol = header->next_header();
  packet.payload = packet.payload.after(header->header_length());
  return Drop::none;
}

Drop skip_ah(IpPacket& packet) {
  const Result<AhView, Drop> header = AhView::parse(packet.payload.captured);
  if (!header) return past_end(packet, header.error());
  packet.protocol = header->next_header();
  packet.payload = packet.payload.after(header->header_length());
  return Drop::none;
}

Drop skip_fragment(IpPacket& packet) {
  const Result<Ipv6FragmentView, Drop> header = Ipv6FragmentView::parse(packet.payload.captured);
  if (!header) return past_end(packet, header.error());
  packet.protocol = header->next_header();
  packet.is_fragment = !header->is_atomic();
  packet.fragment = {header->id(), header->fragment_offset(), header->more_fragments()};
  packet.payload = packet.payload.after(Ipv6FragmentView::kHeader);
  return Drop::none;
}

using Skip = Drop (*)(IpPacket& packet);

// Null: not an extension header of this family.
Skip skip_of(Family family, uint8_t protocol) {
  // The only one of both families. ESP is none of them: what it says of itself is encrypted too.
  if (protocol == ip_protocol::kAh) return skip_ah;
  if (family == Family::ipv4) return nullptr;
  switch (protocol) {
    case ip_protocol::kHopByHop:
    case ip_protocol::kRouting:
    case ip_protocol::kDestination:
    case ip_protocol::kMobility:
    case ip_protocol::kHip:
    case ip_protocol::kShim6:
      return skip_extension;
    case ip_protocol::kFragment:
      return skip_fragment;
    default:
      return nullptr;
  }
}

}  // namespace

Drop read_ip(const WireBytes& ip, size_t trailer, IpPacket& packet) {
  if (ip.captured.empty()) return Drop::truncated_ip;
  switch (ip.captured[0] >> 4) {
    case 4:
      return read_ipv4(ip, trailer, packet);
    case 6:
      return read_ipv6(ip, trailer, packet);
    default:
      return Drop::bad_ip_header;
  }
}

Drop skip_extensions(IpPacket& packet) {
  // Behind a fragment header stands a piece of something: no header may be read there.
  for (int count = 0; !packet.is_fragment; ++count) {
    const Skip skip = skip_of(packet.source.family, packet.protocol);
    if (skip == nullptr) return Drop::none;
    if (count == kMaxExtensions) return Drop::too_many_headers;
    const Drop why = skip(packet);
    if (why != Drop::none) return why;
  }
  return Drop::none;
}

}  // namespace tcpflow
