// The steps through the link headers of one frame. Inside decode/ only.
#pragma once

#include <array>
#include <cstdint>

#include "base/drop.h"
#include "decode/encapsulation.h"
#include "decode/link_decoder.h"

namespace tcpflow {

// Where the walk stands, written straight into the LinkPacket it makes. `rest` begins with the
// header to be read next, at the end with IP. Borrows both for the walk.
struct LinkWalk {
  LinkWalk(LinkPacket& found, Encapsulation& tunnels)
      : packet(found), rest(found.ip), facts(found.facts), path(tunnels) {}

  LinkPacket& packet;
  WireBytes& rest;
  LinkFacts& facts;
  Encapsulation& path;
  int stacked = 0;         // headers that may repeat: VLAN tags, MPLS labels, SNAP, PPPoE
  bool is_tagged = false;  // the frame that is being read has shown a VLAN tag

  // True if one more may follow; what an honest network stacks is far below.
  bool may_stack() { return ++stacked <= kMaxStacked; }
  static constexpr int kMaxStacked = 16;
};

// Each step takes its headers off and goes on with what they announce. Drop::none: IP is reached.
using LinkStep = Drop (*)(LinkWalk& walk);

Drop walk_ethernet(LinkWalk& walk);
Drop walk_llc(LinkWalk& walk);
Drop walk_nlpid(LinkWalk& walk);
Drop walk_mpls(LinkWalk& walk);
Drop walk_pppoe(LinkWalk& walk);
Drop walk_nsh(LinkWalk& walk);

Drop walk_ppp(LinkWalk& walk);
Drop walk_ppp_serial(LinkWalk& walk);
Drop walk_ppp_with_direction(LinkWalk& walk);
Drop walk_chdlc(LinkWalk& walk);
Drop walk_chdlc_with_direction(LinkWalk& walk);
Drop walk_frame_relay(LinkWalk& walk);
Drop walk_frame_relay_with_direction(LinkWalk& walk);

Drop walk_sll(LinkWalk& walk);
Drop walk_sll2(LinkWalk& walk);
Drop walk_null(LinkWalk& walk);
Drop walk_raw(LinkWalk& walk);
Drop walk_enc(LinkWalk& walk);
Drop walk_nflog(LinkWalk& walk);

Drop walk_80211(LinkWalk& walk);
Drop walk_radiotap(LinkWalk& walk);
Drop walk_prism(LinkWalk& walk);
Drop walk_avs(LinkWalk& walk);
Drop walk_ppi(LinkWalk& walk);
// The first of the subframes in walk.packet.aggregate.
Drop walk_subframe(LinkWalk& walk);

Drop walk_pktap(LinkWalk& walk);
Drop walk_user2(LinkWalk& walk);
Drop walk_arcnet_bsd(LinkWalk& walk);
Drop walk_arcnet_linux(LinkWalk& walk);
Drop walk_fddi(LinkWalk& walk);
Drop walk_ip_over_fc(LinkWalk& walk);
Drop walk_ip_over_1394(LinkWalk& walk);
Drop walk_sun_atm(LinkWalk& walk);

Drop walk_juniper_ethernet(LinkWalk& walk);
Drop walk_juniper_ppp(LinkWalk& walk);
Drop walk_juniper_frame_relay(LinkWalk& walk);
Drop walk_juniper_chdlc(LinkWalk& walk);
Drop walk_juniper_pppoe_atm(LinkWalk& walk);
// The kinds whose header is followed by a cookie of some length.
Drop walk_juniper_service(LinkWalk& walk);

// Goes on with what an ethertype (or, below ethertype::kMin, an 802.3 length) announces.
Drop walk_ethertype(uint16_t type, LinkWalk& walk);
// What the protocol numbers of NSH and VXLAN-GPE announce.
Drop walk_next_protocol(uint8_t protocol, LinkWalk& walk);
// The step of a link type; null where there is none.
LinkStep link_step_of(LinkType link);

// True if an IP packet begins here whose lengths fit what there is of it: what tells a header that
// nothing announced from other octets.
bool is_plausible_ip(const WireBytes& ip);
// Takes `step` from `skip` octets on if it leads to such a packet; otherwise leaves the walk where
// it was, but for the headers counted as stacked, so that trying in trying stays cheap.
bool try_step(LinkStep step, LinkWalk& walk, size_t skip = 0);

// A step tried so many octets on, for formats that do not say what they carry.
struct Guess {
  LinkStep step;
  size_t skip;
};
// Takes the first that fits. Must not be called in the course of a guess.
template <size_t kCount>
bool try_guesses(const std::array<Guess, kCount>& guesses, LinkWalk& walk) {
  for (const Guess& guess : guesses) {
    walk.stacked = 0;
    if (try_step(guess.step, walk, guess.skip)) return true;
  }
  return false;
}

}  // namespace tcpflow
