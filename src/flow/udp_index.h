// Which conversation a datagram belongs to.
#pragma once

#include <array>
#include <cstdint>
#include <list>
#include <unordered_map>

#include "decode/datagram.h"
#include "flow/flow_key.h"
#include "flow/udp_flow.h"

namespace tcpflow {

using UdpFlows = std::list<UdpFlow>;

// A datagram's addresses and ports, and on which side of them its sender stands.
KeyedSender key_of(const Datagram& datagram);

// Finds conversations by addresses, ports, tunnels and VLANs. Routers change VLANs between the two
// directions, and tenants on different VLANs may have the same addresses; so each half keeps to the
// VLANs of its first datagram, and a half on other VLANs is only looked for where none is known.
// Borrows the conversations it finds; O(1) whatever senders do.
class UdpIndex {
 public:
  // `merges_vlans`: conversations on all VLANs are one.
  UdpIndex(uint64_t seed, bool merges_vlans);

  // The conversation of a datagram, `none` if it begins one. Its half may be missing there.
  UdpFlows::iterator find(const KeyedSender& sender, const VlanIds& vlans,
                          UdpFlows::iterator none) const;
  // The sender's half of `flow` was just made.
  void add_half(UdpFlows::iterator flow, bool sender_is_low);
  void erase(UdpFlows::iterator flow);

 private:
  using Map = std::unordered_map<FlowKey, UdpFlows::iterator, KeyHasher>;

  FlowKey place_of(const FlowKey& key, const VlanIds& vlans, bool sender_is_low) const;

  const bool merges_vlans_;
  std::array<uint64_t, 3> secrets_;
  Map by_place_;   // halves: key and VLANs and side, put together in a key
  Map one_sided_;  // by key, the conversation that was the last to begin and lacks a half
};

}  // namespace tcpflow
