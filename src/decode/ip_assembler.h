// Puts the fragments of IPv4 and IPv6 datagrams together.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <vector>

#include "base/drop.h"
#include "base/limits.h"
#include "base/network.h"
#include "base/result.h"
#include "capture/frame.h"
#include "decode/fragment_limit_hits.h"
#include "decode/ip_datagram.h"
#include "decode/ip_packet.h"
#include "decode/segment.h"

namespace tcpflow {

// A copy of a frame that brought a fragment. `frame.bytes` borrows from `bytes`.
struct HeldFrame {
  Frame frame;
  std::vector<uint8_t> bytes;
};

// The fragments of one datagram, in the order in which they came.
struct HeldFragments {
  size_t count = 0;
  std::vector<HeldFrame> frames;  // copies of their frames, where asked for
};

// Told of fragments that were held and are now given up.
class GivenUpSink {
 public:
  virtual ~GivenUpSink() = default;
  virtual void on_given_up(const HeldFragments& fragments, Drop why) = 0;
};

// Where a fragment came from, and where a whole datagram is to be kept.
struct FragmentOrigin {
  const Frame& frame;
  const LinkFacts& link;
  FrameBatch& batch;
  bool keep_frame = false;  // keep a copy, so that it can be shown when it turns out unused
  uint64_t path_key = 0;    // of the tunnels around it, as Segment has it
};

// A whole packet, and the fragments before the one that completed it. The payload and what its
// fragments disagreed about belong to the batch.
struct AssembledPacket {
  IpPacket packet;
  const FragmentConflicts* conflicts = nullptr;  // null: nothing
  HeldFragments earlier;
};

// What the assembler is told about its work. Plain values, fixed for the run.
struct FragmentOptions {
  FragmentLimits limits = {};
  NetworkTable<FragmentPolicy> policies = {};  // by the receiving host
};

// Owned by the Decoder, on the reader's thread. Bounded by FragmentLimits: what is oldest goes
// first. Each call costs O(log n) in the datagrams held, and what it gives up.
class IpAssembler {
 public:
  // Borrows the sink for its life.
  IpAssembler(const FragmentOptions& options, GivenUpSink& given_up);

  // Takes a packet that is a fragment. The error is why it is of no use, Drop::none if it is held.
  Result<AssembledPacket, Drop> add(IpPacket fragment, const FragmentOrigin& origin);
  // Gives up all that is held: the capture is over.
  void end();

  uint64_t finished_datagrams() const { return finished_datagrams_; }
  const FragmentLimitHits& limit_hits() const { return limit_hits_; }
  size_t held_datagrams() const { return datagrams_.size(); }
  // Bookkeeping included.
  size_t held_bytes() const { return held_bytes_; }

 private:
  // What fragments of one datagram have in common (RFC 791, 3.2; RFC 8200, 4.5).
  struct Key {
    IpAddress source;
    IpAddress destination;
    uint32_t id = 0;
    VlanIds vlans;
    uint64_t path_key = 0;
    uint8_t protocol = 0;  // 0 for IPv6, where the first fragment alone knows
    auto operator<=>(const Key&) const = default;
  };
  struct Entry {
    Key key;
    Timestamp since;
    IpDatagram parts;
    HeldFragments fragments;
    size_t cost = 0;
    uint8_t protocol = 0;  // as the first fragment to reach offset 0 said
    bool has_protocol = false;
  };
  using Entries = std::list<Entry>;
  using Index = std::map<Key, Entries::iterator>;

  static Key key_of(const IpPacket& fragment, const FragmentOrigin& origin);
  void cut_odd_octets(IpPacket& fragment) const;
  Result<AssembledPacket, Drop> start(const Key& key, const IpPacket& fragment,
                                      const FragmentOrigin& origin);
  Result<AssembledPacket, Drop> extend(Entries::iterator entry, const IpPacket& fragment,
                                       const FragmentOrigin& origin);
  AssembledPacket finish(Entries::iterator entry, const FragmentOrigin& origin);
  void expire(Timestamp now);
  bool make_room(size_t cost, const Entry* extended);
  void give_up(Entries::iterator entry, Drop why);
  HeldFragments remove(Entries::iterator entry);

  const FragmentLimits limits_;
  const NetworkTable<FragmentPolicy> policies_;  // by destination
  GivenUpSink& given_up_;
  Entries datagrams_;  // oldest first
  Index index_;
  size_t held_bytes_ = 0;
  uint64_t finished_datagrams_ = 0;
  FragmentLimitHits limit_hits_;
};

}  // namespace tcpflow
