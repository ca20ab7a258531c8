// Frames of any link type through the decoder. Input: two octets choose the link type, then frames
// of one octet of capture facts, two of length and their octets. Datagrams go on to conversations.
// From kStacks on the two octets
// mean a segment in a stack of tunnels: an octet for how many, one for each tunnel, then changes to
// the packet of two octets of place and one of value.
#include <algorithm>
#include <cassert>
#include <cstdlib>
#include <iterator>
#include <vector>

#include "decode/decoder.h"
#include "decode/link_decoder.h"
#include "flow/udp_table.h"
#include "tests/support/memory_consumer.h"
#include "tests/support/tunnel_builder.h"

namespace tcpflow {
namespace {

constexpr LinkType kLinks[] = {
    LinkType::ethernet,
    LinkType::ieee802,
    LinkType::null,
    LinkType::loop,
    LinkType::ppp,
    LinkType::ppp_serial,
    LinkType::ppp_ether,
    LinkType::c_hdlc,
    LinkType::raw,
    LinkType::raw_12,
    LinkType::raw_14,
    LinkType::ipv4,
    LinkType::ipv6,
    LinkType::linux_sll,
    LinkType::linux_sll2,
    LinkType::ieee802_11,
    LinkType::radiotap,
    LinkType::prism,
    LinkType::avs,
    LinkType::ppi,
    LinkType::nflog,
    LinkType::pktap,
    LinkType::user2,
    LinkType::enc,
    LinkType::arcnet_bsd,
    LinkType::arcnet_linux,
    LinkType::fddi,
    LinkType::ip_over_fc,
    LinkType::ip_over_1394,
    LinkType::sun_atm,
    LinkType::atm_rfc1483,
    LinkType::frame_relay,
    LinkType::frame_relay_with_direction,
    LinkType::ppp_with_direction,
    LinkType::c_hdlc_with_direction,
    LinkType::mpls,
    LinkType::juniper_ethernet,
    LinkType::juniper_pppoe_atm,
    LinkType::juniper_ppp,
    LinkType::juniper_frame_relay,
    LinkType::juniper_c_hdlc,
    LinkType::juniper_atm1,
};

// Reads every octet that it is told of, so that a wrong span shows.
class ReadingSink : public SegmentSink {
 public:
  void on_segment(const Segment& segment) override {
    for (const uint8_t octet : segment.payload) sum_ = sum_ + octet;
    assert(segment.frame != nullptr);
    assert(segment.payload_length() >= segment.payload.size());
    assert((segment.path == nullptr) == (segment.path_key == 0));
    if (segment.path != nullptr) {
      assert(!segment.path->is_empty() && segment.path->size() <= Encapsulation::kMost);
      assert(!segment.path->text().empty());
    }
    ++segments;
    last_length = segment.payload.size();
  }

  size_t segments = 0;
  size_t last_length = 0;

 private:
  volatile unsigned sum_ = 0;
};

// Hands datagrams on to conversations of which few fit, and checks that these tell of every octet
// once.
class ReadingConversations : public DatagramSink {
 public:
  void on_datagram(const Datagram& datagram) override {
    assert(datagram.frame != nullptr);
    assert((datagram.path == nullptr) == (datagram.path_key == 0));
    octets_ += datagram.payload.size() + datagram.missing;
    udp_.on_datagram(datagram);
  }
  void end() {
    udp_.end_all();
    table_.on_batch_end();
    if (udp_.open_conversations() != 0 || table_.counters().halves_open != 0) std::abort();
    for (const test::MemoryFlow& flow : told_.flows) {
      if (!flow.faults.empty() || !flow.end) std::abort();
      for (const test::MemoryHalf& half : flow.halves) octets_ -= half.next;
    }
    if (octets_ != 0) std::abort();
  }

 private:
  static FlowOptions options() {
    FlowOptions options;
    options.flow.udp_conversations = 3;
    options.flow.udp_idle = std::chrono::seconds(2);
    return options;
  }

  uint64_t octets_ = 0;
  test::MemoryFlows told_;
  test::MemoryRecords records_;
  FlowTable table_{options(), {{&told_}, &records_, nullptr}};
  UdpTable udp_{table_};
};

class CountingObserver : public FrameObserver {
 public:
  void on_frame(const Frame& frame, const FrameFate& fate) override {
    ++frames;
    const Result<Bytes, Drop> packet = find_ip_packet(frame);
    assert(!packet || fate.has_ip);
  }
  bool wants_fragments() const override { return true; }

  size_t frames = 0;
};

constexpr size_t kStacks = 0xfe00;
constexpr size_t kAnyLink = 0xff00;

LinkType link_of(Bytes input) {
  const size_t choice = load_be16(input.data());
  return choice < kStacks ? kLinks[choice % std::size(kLinks)] : LinkType{load_be16(input.data())};
}

// Takes one frame off `input`. The facts octet: low half more wire octets than captured, times 16;
// bit 4 a known FCS; the rest another interface and seconds since the frame before.
Frame next_frame(Bytes& input, Frame frame) {
  const uint8_t facts = input[0];
  const size_t length = std::min<size_t>(load_be16(input.data() + 1), input.size() - 3);
  frame.bytes = input.subspan(3, length);
  frame.original_length = static_cast<uint32_t>(length) + 16u * (facts & 0x0f);
  frame.fcs_length = (facts & 0x10) != 0 ? 4 : kFcsUnknown;
  frame.interface = facts >> 7;
  frame.time += std::chrono::seconds(facts >> 5);
  ++frame.number;
  input = input.subspan(3 + length);
  return frame;
}

void run(Bytes input) {
  DecodeOptions options;
  options.fragments.datagrams = 4;
  options.fragments.bytes = 64 * 1024;
  options.check_fcs = (input[1] & 1) == 0;
  ReadingSink sink;
  CountingObserver observer;
  ReadingConversations conversations;
  const bool wants_datagrams = (input[1] & 2) == 0;
  Decoder decoder(options, sink, &observer, wants_datagrams ? &conversations : nullptr);
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
  conversations.end();
  assert(observer.frames >= frame.number);
}

// A packet in tunnels, as the input chooses them; takes what it reads off `input`.
test::Octets stack_of(Bytes& input, size_t& layers) {
  const std::vector<test::Tunnel> tunnels = test::all_tunnels();
  test::TcpParams params;
  params.payload = "hello";
  const bool is_ipv4 = (input[0] & 0x80) != 0;
  test::Octets packet = is_ipv4 ? test::tcp_in_ipv4(params) : test::tcp_in_ipv6(params);
  const size_t wanted = std::min<size_t>(input[0] % 12, input.size() - 1);
  for (const uint8_t choice : input.subspan(1, wanted)) {
    const test::Tunnel& tunnel = tunnels[choice % tunnels.size()];
    packet = tunnel.wrap(packet, false);
    layers += tunnel.layers;
  }
  input = input.subspan(1 + wanted);
  return packet;
}

// A stack up to the limit gives its segment; a changed one may give anything.
void run_stack(Bytes input) {
  size_t layers = 0;
  test::Octets packet = stack_of(input, layers);
  const bool is_changed = input.size() >= 3;
  for (; input.size() >= 3; input = input.subspan(3)) {
    packet[load_be16(input.data()) % packet.size()] = input[2];
  }
  ReadingSink sink;
  Decoder decoder(DecodeOptions{}, sink, nullptr);
  FrameBatch batch;
  Frame frame;
  frame.link = LinkType::raw;
  frame.bytes = packet;
  frame.original_length = static_cast<uint32_t>(packet.size());
  decoder.decode(frame, batch);
  if (is_changed) return;
  const size_t expected = layers <= Encapsulation::kMost ? 1 : 0;
  if (sink.segments != expected) std::abort();
  if (expected == 1 && sink.last_length != 5) std::abort();
}

}  // namespace
}  // namespace tcpflow

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 3) return 0;
  const size_t choice = tcpflow::load_be16(data);
  const tcpflow::Bytes input(data, size);
  if (choice >= tcpflow::kStacks && choice < tcpflow::kAnyLink) {
    tcpflow::run_stack(input.subspan(2));
  } else {
    tcpflow::run(input);
  }
  return 0;
}
