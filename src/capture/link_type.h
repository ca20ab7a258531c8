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
  ppp = 9,
  raw_12 = 12,
  raw_14 = 14,
  ppp_serial = 50,  // PPP_HDLC
  ppp_ether = 51,
  raw = 101,
  c_hdlc = 104,
  ieee802_11 = 105,
  loop = 108,
  linux_sll = 113,
  prism = 119,
  radiotap = 127,
  ipv4 = 228,
  ipv6 = 229,
  linux_sll2 = 276,
};

}  // namespace tcpflow
