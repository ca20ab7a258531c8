// LINKTYPE_ values as capture files store them (www.tcpdump.org/linktypes.html; a comment has the
// name there where ours differs). Live devices and libpcap's compiler speak DLT_ values, which
// differ for a few types; capture/dlt maps between the two.
#pragma once

#include <cstdint>

namespace tcpflow {

// 16 bits wide, as pcapng has it. Any other number is a valid value too: that of a type without a
// decoder. What each header looks like stands in wire/, and which header a type has in
// decode/link_decoder.cc.
enum class LinkType : uint16_t {
  null = 0,  // BSD loopback, family in the order of the host
  ethernet = 1,
  ieee802 = 6,  // IEEE802_5
  arcnet_bsd = 7,
  ppp = 9,
  fddi = 10,
  raw_12 = 12,      // DLT_RAW of most platforms, as programs wrote it that did not map it
  raw_14 = 14,      // DLT_RAW of OpenBSD, likewise
  ppp_serial = 50,  // PPP_HDLC
  ppp_ether = 51,
  atm_rfc1483 = 100,  // LLC over AAL5 (RFC 2684)
  raw = 101,          // IP of either version with nothing in front
  c_hdlc = 104,
  ieee802_11 = 105,   // no radio header in front
  frame_relay = 107,  // FRELAY
  loop = 108,         // OpenBSD loopback, family in network order
  enc = 109,          // OpenBSD
  linux_sll = 113,
  prism = 119,  // IEEE802_11_PRISM
  ip_over_fc = 122,
  sun_atm = 123,
  radiotap = 127,  // IEEE802_11_RADIOTAP
  arcnet_linux = 129,
  juniper_mlppp = 130,
  juniper_mlfr = 131,
  juniper_es = 132,
  juniper_ggsn = 133,
  juniper_mfr = 134,
  juniper_atm2 = 135,
  juniper_services = 136,
  juniper_atm1 = 137,
  ip_over_1394 = 138,  // APPLE_IP_OVER_IEEE1394
  user2 = 149,         // PKTAP, as macOS wrote it first
  avs = 163,           // IEEE802_11_AVS
  juniper_monitor = 164,
  ppp_pppd = 166,
  juniper_pppoe = 167,
  juniper_pppoe_atm = 168,
  juniper_ethernet = 178,
  juniper_ppp = 179,
  juniper_frame_relay = 180,  // JUNIPER_FRELAY
  juniper_c_hdlc = 181,       // JUNIPER_CHDLC
  juniper_vp = 183,
  ppi = 192,
  juniper_ism = 194,
  juniper_st = 200,
  ppp_with_direction = 204,          // PPP_WITH_DIR
  c_hdlc_with_direction = 205,       // C_HDLC_WITH_DIR
  frame_relay_with_direction = 206,  // FRELAY_WITH_DIR
  mpls = 219,
  ipv4 = 228,
  ipv6 = 229,
  juniper_vs = 232,
  juniper_srx = 233,  // JUNIPER_SRX_E2E
  nflog = 239,
  pktap = 258,
  linux_sll2 = 276,
};

}  // namespace tcpflow
