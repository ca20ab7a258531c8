// LINKTYPE_ values as capture files store them (www.tcpdump.org/linktypes.html). Live devices and
// libpcap's compiler speak DLT_ values, which differ for a few types; capture/filter maps between
// the two.
#pragma once

#include <cstdint>

namespace tcpflow {

enum class LinkType : uint16_t {
  null = 0,
  ethernet = 1,
  ieee802 = 6,
  arcnet_bsd = 7,
  ppp = 9,
  fddi = 10,
  raw_12 = 12,
  raw_14 = 14,
  ppp_serial = 50,  // PPP_HDLC
  ppp_ether = 51,
  atm_rfc1483 = 100,
  raw = 101,
  c_hdlc = 104,
  ieee802_11 = 105,
  frame_relay = 107,
  loop = 108,
  enc = 109,  // OpenBSD
  linux_sll = 113,
  prism = 119,
  ip_over_fc = 122,
  sun_atm = 123,
  radiotap = 127,
  arcnet_linux = 129,
  juniper_mlppp = 130,
  juniper_mlfr = 131,
  juniper_es = 132,
  juniper_ggsn = 133,
  juniper_mfr = 134,
  juniper_atm2 = 135,
  juniper_services = 136,
  juniper_atm1 = 137,
  ip_over_1394 = 138,
  user2 = 149,  // PKTAP, as macOS wrote it first
  avs = 163,
  juniper_monitor = 164,
  ppp_pppd = 166,
  juniper_pppoe = 167,
  juniper_pppoe_atm = 168,
  juniper_ethernet = 178,
  juniper_ppp = 179,
  juniper_frame_relay = 180,
  juniper_c_hdlc = 181,
  juniper_vp = 183,
  ppi = 192,
  juniper_ism = 194,
  juniper_st = 200,
  ppp_with_direction = 204,
  c_hdlc_with_direction = 205,
  frame_relay_with_direction = 206,
  mpls = 219,
  ipv4 = 228,
  ipv6 = 229,
  juniper_vs = 232,
  juniper_srx = 233,
  nflog = 239,
  pktap = 258,
  linux_sll2 = 276,
};

}  // namespace tcpflow
