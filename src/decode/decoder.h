// Frames in, segments and datagrams out: link layers stripped, fragments put together, the TCP or
// UDP header read.
#pragma once

#include <cstdint>
#include <map>
#include <memory>

#include "base/drop.h"
#include "base/limits.h"
#include "base/network.h"
#include "capture/frame.h"
#include "decode/datagram.h"
#include "decode/fragment_limit_hits.h"
#include "decode/fragment_policy.h"
#include "decode/frame_observer.h"
#include "decode/segment.h"

namespace tcpflow {

// Plain values, fixed for the run.
struct DecodeOptions {
  FragmentLimits fragments = {};
  NetworkTable<FragmentPolicy> fragment_policies = {};
  bool open_tunnels = true;    // false: packets in tunnels over IP are left in them
  bool check_fcs = true;       // false: 802.11 frames with a wrong check sequence are used
  bool merge_vlans = false;    // fragments belong together on whatever VLANs they come
  bool check_sums = false;     // wrong checksums of IPv4 and TCP are told
  bool reads_options = false;  // Segment::options
  SenderLimits senders = {};
  uint64_t path_seed = 0;  // of Segment::path_key, from the run, unknown to senders
};

// One per run, used by the reader's thread. Borrows the sinks and the observer for its life.
class Decoder {
 public:
  // `observer` may be null. `datagrams` is null where UDP is not wanted: then it is not_tcp.
  Decoder(const DecodeOptions& options, SegmentSink& segments, FrameObserver* observer,
          DatagramSink* datagrams = nullptr);
  ~Decoder();
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;

  // Frames of another input follow: what was learnt about its interfaces is forgotten.
  void start_input();
  // Decodes one frame of `batch`. Reassembled payloads are adopted by the batch.
  void decode(const Frame& frame, FrameBatch& batch);
  // The capture is over: fragments still held are counted as incomplete and shown to the observer.
  void end();

  const DropCounters& drops() const;
  // Senders of whom it was forgotten whether their checksums are right.
  uint64_t forgotten_senders() const;
  // Datagrams put together from fragments.
  uint64_t reassembled_datagrams() const;
  const FragmentLimitHits& fragment_limit_hits() const;
  // Frames by link type that has no decoder.
  const std::map<LinkType, uint64_t>& unknown_links() const;

  // True if frames of this link type can be decoded.
  static bool knows(LinkType link);

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace tcpflow
