// A decoder with everything it needs, for the tests of this folder.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "decode/decoder.h"
#include "tests/support/packet_builder.h"
#include "tests/support/segment_builder.h"

namespace tcpflow::test {

// A segment as the sink saw it, with its payload kept.
struct SeenSegment {
  Segment segment;  // its spans are dead
  std::string payload;
  uint64_t frame_number = 0;
  std::string path;  // as text; empty: no tunnel
  FragmentConflicts conflicts;
};

// A frame as the observer saw it.
struct SeenFate {
  uint64_t number = 0;
  Drop why = Drop::none;
  bool has_ip = false;
  Octets bytes;
  bool operator==(const SeenFate&) const = default;
};

// How a frame was captured, where that matters.
struct Captured {
  LinkType link = LinkType::ethernet;
  uint32_t original_length = 0;  // 0: as captured
  uint8_t fcs_length = kFcsUnknown;
  uint32_t interface = 0;
  Timestamp time = at_ms(0);
};

// Decodes frames one by one, each from a heap block of its exact size, so that AddressSanitizer
// sees any read past it.
class DecodeRun : public SegmentSink, public FrameObserver {
 public:
  explicit DecodeRun(const FragmentLimits& limits = {}, bool wants_copies = false)
      : DecodeRun(DecodeOptions{.fragments = limits}, wants_copies) {}
  explicit DecodeRun(const DecodeOptions& options, bool wants_copies = false)
      : wants_copies_(wants_copies), decoder_(options, *this, this) {}

  // Returns what became of the frame itself.
  SeenFate decode(Bytes bytes, const Captured& captured = {}) {
    const std::vector<uint8_t> exact(bytes.begin(), bytes.end());
    Frame frame;
    frame.number = ++number_;
    frame.time = captured.time;
    frame.bytes = exact;
    frame.original_length = captured.original_length != 0 ? captured.original_length
                                                          : static_cast<uint32_t>(exact.size());
    frame.link = captured.link;
    frame.fcs_length = captured.fcs_length;
    frame.interface = captured.interface;
    decoder_.decode(frame, batch_);
    batch_.clear();
    return fates.back();
  }
  SeenFate decode(Bytes bytes, LinkType link) { return decode(bytes, Captured{link}); }
  void end() { decoder_.end(); }
  uint64_t drops(Drop why) const { return decoder_.drops()[why]; }
  void start_input() { decoder_.start_input(); }
  const Decoder& decoder() const { return decoder_; }
  // Of the last segment.
  const std::string& payload() const { return segments.back().payload; }

  void on_segment(const Segment& segment) override {
    segments.push_back({segment, std::string(as_text(segment.payload)), segment.frame->number,
                        segment.path != nullptr ? segment.path->text() : "",
                        segment.conflicts.any() ? *segment.conflicts.found : FragmentConflicts()});
  }
  void on_frame(const Frame& frame, const FrameFate& fate) override {
    fates.push_back(
        {frame.number, fate.why, fate.has_ip, Octets(frame.bytes.begin(), frame.bytes.end())});
  }
  bool wants_fragments() const override { return wants_copies_; }

  std::vector<SeenSegment> segments;
  std::vector<SeenFate> fates;

 private:
  bool wants_copies_;
  uint64_t number_ = 0;
  FrameBatch batch_;
  Decoder decoder_;
};

inline TcpParams tcp_with(std::string payload) {
  TcpParams params;
  params.payload = std::move(payload);
  return params;
}
// A whole IP packet with a TCP payload.
inline Octets ipv4_with(std::string payload) { return tcp_in_ipv4(tcp_with(std::move(payload))); }
inline Octets ipv6_with(std::string payload) { return tcp_in_ipv6(tcp_with(std::move(payload))); }

}  // namespace tcpflow::test
