// The tunnels around a packet.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/address.h"

namespace tcpflow {

enum class TunnelKind : uint8_t {
  ether_ip,
  erspan,
  geneve,
  gre,
  gtp_u,
  ip_in_ip,  // also 6in4 and 4in6
  l2tp,
  mpls,  // in IP or UDP, and pseudo-wires; not the labels of a link
  nsh,
  nvgre,
  backbone,  // 802.1ah
  pptp,
  teredo,
  vxlan,
  vxlan_gpe,
};

// One tunnel. It holds only what both directions of a connection in it share: no session number, no
// label, no port, of which each end chooses its own.
struct TunnelLayer {
  TunnelKind kind = TunnelKind::gre;
  uint32_t id = 0;  // VNI, VSID, I-SID or GRE key; 0 where there is none
  // The ends in an order that does not depend on the direction; alike where there is no outer IP.
  IpAddress low;
  IpAddress high;
  bool has_key = false;  // GRE: there is a key, though it may be 0

  bool operator==(const TunnelLayer&) const = default;
};

// The tunnels that a packet lies in, from the outside to the inside. A plain value of fixed size;
// link layers that are no tunnels (VLANs, PPPoE, labels before IP) are no part of it.
class Encapsulation {
 public:
  // More is no honest network (Drop::too_many_headers).
  static constexpr size_t kMost = 8;

  bool is_empty() const { return size_ == 0; }
  bool is_full() const { return size_ == kMost; }
  size_t size() const { return size_; }
  const TunnelLayer& operator[](size_t at) const { return layers_[at]; }

  // False if it is full. The addresses are put in order.
  bool add(TunnelLayer layer);
  // Forgets all but the outermost `size`.
  void truncate(size_t size) { size_ = static_cast<uint8_t>(size); }
  void clear() { size_ = 0; }

  bool operator==(const Encapsulation& other) const;
  // "vxlan 10.0.0.1-10.0.0.2 vni 42, gre 10.1.0.1-10.1.0.2"
  std::string text() const;

 private:
  std::array<TunnelLayer, kMost> layers_;
  uint8_t size_ = 0;
};

// Hashes paths with secrets made of a seed of the run. Two paths are taken for one once in 2^63,
// and who does not know the seed cannot aim at that. Plain value.
class PathHasher {
 public:
  explicit PathHasher(uint64_t seed);
  // Never 0, so that 0 may stand for no tunnel.
  uint64_t operator()(const Encapsulation& path) const;

 private:
  uint64_t hash_of(const IpAddress& address) const;

  std::array<uint64_t, 6> secrets_;
};

}  // namespace tcpflow
