// Owner of libpcap's handle.
#pragma once

#include <pcap/pcap.h>

#include <memory>

namespace tcpflow {

struct ClosePcap {
  void operator()(pcap_t* handle) const { pcap_close(handle); }
};
// Closes when it goes; null means none.
using PcapHandle = std::unique_ptr<pcap_t, ClosePcap>;

}  // namespace tcpflow
