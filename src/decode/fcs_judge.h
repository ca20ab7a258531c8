// Which 802.11 frames have a wrong frame check sequence.
#pragma once

#include <cstdint>
#include <map>

#include "decode/link_decoder.h"

namespace tcpflow {

// Learns which interfaces of an input deliver check sequences, since few captures say so. Owned by
// the Decoder, on the reader's thread; its memory is a few numbers for each such interface.
class FcsJudge {
 public:
  // False: the frame is damaged. `packet.fcs` is known, `why` is what strip_link() made of it.
  bool accepts(uint32_t interface, const LinkPacket& packet, Drop why);
  // Interfaces are numbered anew.
  void forget() { seen_.clear(); }

 private:
  struct Seen {
    uint64_t right = 0;
    uint64_t doubtful = 0;
  };
  std::map<uint32_t, Seen> seen_;  // by interface
};

}  // namespace tcpflow
