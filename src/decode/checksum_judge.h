// Which packets have a wrong checksum because they were damaged or forged, and which only because
// they were captured before a network card filled it in.
#pragma once

#include <cstdint>
#include <list>
#include <map>

#include "base/address.h"
#include "base/limits.h"

namespace tcpflow {

// Who sent a packet, as one interface sees it. What a host sends to itself never meets a card.
struct PacketSender {
  uint32_t interface = 0;
  IpAddress address;
  bool to_itself = false;

  auto operator<=>(const PacketSender&) const = default;
};

// What a packet's own checksum looks like. `unfinished`: of a segment it is the sum of the pseudo
// header alone, which a card was to complete, or which a kernel left when it merged segments it had
// received; of an IPv4 header it is 0, which was to be filled in behind the place of capture.
enum class SumState : uint8_t { right, unfinished, wrong };

// Learns from the packets of each sender whether it has its checksums filled in by a card. Owned by
// the Decoder, on the reader's thread; it knows the SenderLimits::hosts senders heard of last.
class ChecksumJudge {
 public:
  explicit ChecksumJudge(const SenderLimits& limits) : limits_(limits) {}

  // False: the receiver would find the IPv4 header damaged. `length`: octets of the IP payload.
  bool accepts_header(const PacketSender& sender, SumState sum, uint32_t length);
  // False: the receiver would find the segment damaged. `tells`: it has payload or is a SYN; other
  // segments may be made in other places of a host.
  bool accepts_segment(const PacketSender& sender, SumState sum, uint32_t length, bool tells);
  // Interfaces are numbered anew.
  void forget();
  // Senders forgotten because there were too many.
  uint64_t forgotten() const { return forgotten_; }

 private:
  struct Tally {
    uint64_t right = 0;
    uint64_t wrong = 0;
    uint32_t longest_right = 0;

    void take_right(uint32_t length, bool tells);
    bool accepts_wrong(uint32_t length, bool tells);
  };
  struct Known {
    PacketSender sender;
    Tally headers;
    Tally segments;
  };

  Known& known(const PacketSender& sender);

  SenderLimits limits_;
  std::list<Known> by_age_;  // the one heard of last at the back
  std::map<PacketSender, std::list<Known>::iterator> by_sender_;
  uint64_t forgotten_ = 0;
};

}  // namespace tcpflow
