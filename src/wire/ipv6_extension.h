// IPv6 extension headers (RFC 8200, 4).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/bytes.h"
#include "base/drop.h"
#include "base/result.h"

namespace tcpflow {

// A header of the common shape: hop-by-hop, routing, destination, mobility, HIP, shim6. Borrows the
// octets from the header on.
//
//   0     next header
//   1     length of this header in units of 8 octets, the first 8 not counted
//   2-    content; of a hop-by-hop or destination header options: kind, length of the value, value
//
// What is shorter than 8 octets, or than the header says, is truncated_ip.
class Ipv6ExtensionView {
 public:
  static constexpr size_t kUnit = 8;

  static Result<Ipv6ExtensionView, Drop> parse(Bytes packet) {
    if (packet.size() < kUnit) return Drop::truncated_ip;
    const Ipv6ExtensionView view(packet);
    if (view.header_length() > packet.size()) return Drop::truncated_ip;
    return view;
  }

  uint8_t next_header() const { return packet_[0]; }
  size_t header_length() const { return kUnit * (packet_[1] + size_t{1}); }
  // The payload length of a jumbogram, where this is a hop-by-hop header that has one (RFC 2675,
  // 2): in octets behind the IPv6 header, this one included. Nothing too where an option reaches
  // past the header. Not compared with what there is.
  std::optional<uint32_t> jumbo_length() const;

 private:
  explicit Ipv6ExtensionView(Bytes packet) : packet_(packet) {}

  Bytes packet_;
};

// The fragment header (RFC 8200, 4.5). Borrows the octets from the header on.
//
//   0     next header: the first one of what was cut up
//   1     reserved
//   2-3   0xfff8 offset in units of 8 octets, 0x0001 more fragments
//   4-7   identification
//
// Fewer than 8 octets are truncated_ip.
class Ipv6FragmentView {
 public:
  static constexpr size_t kHeader = 8;

  static Result<Ipv6FragmentView, Drop> parse(Bytes packet) {
    if (packet.size() < kHeader) return Drop::truncated_ip;
    return Ipv6FragmentView(packet);
  }

  uint8_t next_header() const { return packet_[0]; }
  // In octets: the unit of 8 and the three low bits beside the field cancel out.
  uint32_t fragment_offset() const { return load_be16(packet_.data() + 2) & 0xfff8u; }
  bool more_fragments() const { return (packet_[3] & 0x01) != 0; }
  uint32_t id() const { return load_be32(packet_.data() + 4); }
  // A whole packet that has a fragment header nonetheless (RFC 6946).
  bool is_atomic() const { return fragment_offset() == 0 && !more_fragments(); }

 private:
  explicit Ipv6FragmentView(Bytes packet) : packet_(packet) {}

  Bytes packet_;
};

}  // namespace tcpflow
