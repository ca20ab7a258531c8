#include "capture/dlt.h"

#include <pcap/dlt.h>

#include <array>

namespace tcpflow {
namespace {

struct Pair {
  LinkType link;
  int dlt;
};

// The first pair of a DLT is the one that link_type_of_dlt() gives.
constexpr std::array kDifferent = {
    // DLT_ numbers that mean different types by platform; most have a LINKTYPE_ of their own from
    // 100 on.
    Pair{LinkType::raw, DLT_RAW},
    Pair{LinkType::raw_12, DLT_RAW},
    Pair{LinkType::raw_14, DLT_RAW},
    Pair{LinkType::ppp_serial, DLT_PPP_SERIAL},
    Pair{LinkType::ppp_ether, DLT_PPP_ETHER},
    Pair{LinkType{100}, DLT_ATM_RFC1483},
    Pair{LinkType{102}, DLT_SLIP_BSDOS},
    Pair{LinkType{103}, DLT_PPP_BSDOS},
    Pair{LinkType::c_hdlc, DLT_C_HDLC},
    Pair{LinkType{106}, DLT_ATM_CLIP},
    Pair{LinkType::loop, DLT_LOOP},
    Pair{LinkType{109}, DLT_ENC},
    Pair{LinkType{246}, DLT_PFSYNC},
    Pair{LinkType{258}, DLT_PKTAP},
};

}  // namespace

int dlt_of(LinkType link) {
  for (const Pair& pair : kDifferent) {
    if (pair.link == link) return pair.dlt;
  }
  return static_cast<int>(link);
}

LinkType link_type_of_dlt(int dlt) {
  for (const Pair& pair : kDifferent) {
    if (pair.dlt == dlt) return pair.link;
  }
  return static_cast<LinkType>(dlt);
}

}  // namespace tcpflow
