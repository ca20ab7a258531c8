// Frames of any link type through the decoder. Input: two octets choose the link type, then frames
// of one octet of capture facts, two of length and their octets.
#include <algorithm>
#include <cassert>
#include <iterator>
#include <vector>

#include "decode/decoder.h"
#include "decode/link_decoder.h"

namespace tcpflow {
namespace {

constexpr LinkType kLinks[] = {LinkType::ethernet,  LinkType::ieee802,   LinkType::null,
                               LinkType::loop,      LinkType::ppp,       LinkType::ppp_serial,
                               LinkType::ppp_ether, LinkType::c_hdlc,    LinkType::raw,
                               LinkType::raw_12,    LinkType::raw_14,    LinkType::ipv4,
                               LinkType::ipv6,      LinkType::linux_sll, LinkType::linux_sll2};

// Reads every octet that it is told of, so that a wrong span shows.
class ReadingSink : public SegmentSink {
 public:
  void on_segment(const Segment& segment) override {
    for (const uint8_t octet : segment.payload) sum_ = sum_ + octet;
    assert(segment.frame != nullptr);
    assert(segment.payload_length() >= segment.payload.size());
  }

 private:
  volatile unsigned sum_ = 0;
};

class CountingObserver : public FrameObserver {
 public:
  void on_frame(const Frame& frame, const FrameFate& fate) override {
    ++frames;
    const Result<Bytes, Drop> packet = find_ip_packet(frame);
    assert(bool{packet} == fate.has_ip);
  }
  bool wants_fragments() const override { return true; }

  size_t frames = 0;
};

LinkType link_of(Bytes input) {
  const size_t choice = load_be16(input.data());
  return choice < 0xff00 ? kLinks[choice % std::size(kLinks)] : LinkType{load_be16(input.data())};
}

// Takes one frame off `input`. The facts octet: low half more wire octets than captured, times 16;
// bit 4 a known FCS; the rest seconds since the frame before.
Frame next_frame(Bytes& input, Frame frame) {
  const uint8_t facts = input[0];
  const size_t length = std::min<size_t>(load_be16(input.data() + 1), input.size() - 3);
  frame.bytes = input.subspan(3, length);
  frame.original_length = static_cast<uint32_t>(length) + 16u * (facts & 0x0f);
  frame.fcs_length = (facts & 0x10) != 0 ? 4 : kFcsUnknown;
  frame.time += std::chrono::seconds(facts >> 5);
  ++frame.number;
  input = input.subspan(3 + length);
  return frame;
}

void run(Bytes input) {
  FragmentLimits limits;
  limits.datagrams = 4;
  limits.bytes = 64 * 1024;
  ReadingSink sink;
  CountingObserver observer;
  Decoder decoder(limits, sink, &observer);
  FrameBatch batch;
  Frame frame;
  frame.link = link_of(input);
  input = input.subspan(2);
  while (input.size() > 3) {
    frame = next_frame(input, frame);
    const std::vector<uint8_t> exact(frame.bytes.begin(), frame.bytes.end());
    frame.bytes = exact;
    decoder.decode(frame, batch);
    batch.clear();
  }
  decoder.end();
  assert(observer.frames >= frame.number);
}

}  // namespace
}  // namespace tcpflow

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size >= 2) tcpflow::run({data, size});
  return 0;
}
