// Writes capture files in the pcap format, in every flavour that readers must take.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "capture/link_type.h"
#include "tests/support/conversation.h"
#include "tests/support/octets.h"

namespace tcpflow::test {

struct PcapFormat {
  bool big_endian = false;
  bool nanoseconds = false;
  uint32_t snap_length = 65535;  // frames are cut to it
  LinkType link = LinkType::ethernet;
};

// Grows a pcap file in memory. A value.
class PcapBuilder {
 public:
  explicit PcapBuilder(PcapFormat format = {});

  PcapBuilder& add(const TimedFrame& frame);
  PcapBuilder& add(const std::vector<TimedFrame>& frames);
  // A copy of the file so far: header and records.
  Octets file() const { return file_; }

 private:
  void put16(unsigned value);
  void put32(uint32_t value);

  PcapFormat format_;
  Octets file_;
};

// Writes `file` to `path`, replacing what was there.
Status write_file(const std::string& path, Bytes file);

}  // namespace tcpflow::test
