#include "decode/decoder.h"

#include "decode/checksum_judge.h"
#include "decode/fcs_judge.h"
#include "decode/ip_assembler.h"
#include "decode/ip_packet.h"
#include "decode/link_decoder.h"
#include "decode/tunnel.h"
#include "wire/checksum.h"
#include "wire/ip_protocol.h"
#include "wire/ipv4.h"
#include "wire/tcp.h"
#include "wire/udp.h"

namespace tcpflow {
namespace {

// What every stage of the line knows of the frame it works on. `link`: of the links around the
// packet at hand.
struct FrameContext {
  const Frame& frame;
  FrameBatch& batch;
  const LinkFacts& link;
  // Of the innermost packet that was put together from fragments: what they disagreed about, null
  // if nothing, and its payload.
  const FragmentConflicts* conflicts = nullptr;
  const uint8_t* datagram = nullptr;

  // The same for a payload in it.
  PayloadConflicts conflicts_of(Bytes payload) const {
    if (conflicts == nullptr) return {};
    return {conflicts, static_cast<uint64_t>(payload.data() - datagram)};
  }
};

bool is_encrypted(uint8_t protocol) {
  return protocol == ip_protocol::kEsp || protocol == ip_protocol::kWrappedEsp;
}

// Why a packet of this protocol ends here.
Drop refusal_of(uint8_t protocol) {
  return is_encrypted(protocol) ? Drop::encrypted : Drop::not_tcp;
}

// On a loopback interface some systems leave the sum at 0, and one address is many programs, so
// other packets do not tell. What comes from elsewhere with 0 is as wrong as any other.
SumState header_sum(Bytes header) {
  constexpr size_t kSumAt = 10;
  constexpr size_t kSourceAt = 12;
  constexpr uint8_t kLoopback = 127;  // 127.0.0.0/8 (RFC 1122, 3.2.1.3)
  if (header_checksum(header) == 0) return SumState::right;
  const bool is_left_out = load_be16(header.data() + kSumAt) == 0 && header[kSourceAt] == kLoopback;
  return is_left_out ? SumState::unfinished : SumState::wrong;
}

}  // namespace

// The line: each stage ends with the next one, or with a reason.
struct Decoder::Parts final : GivenUpSink {
  Parts(const DecodeOptions& decode_options, SegmentSink& sink, FrameObserver* frame_observer,
        DatagramSink* datagram_sink)
      : options(decode_options),
        path_hash(decode_options.path_seed),
        segments(sink),
        observer(frame_observer),
        datagrams(datagram_sink),
        sums(decode_options.senders),
        assembler({decode_options.fragments, decode_options.fragment_policies}, *this) {}

  Drop decode_link(const LinkPacket& link, Drop stripped, FrameContext& context);
  Drop decode_aggregate(LinkPacket& link, FrameContext& context, bool& has_ip);
  Drop decode_ip(const LinkPacket& link, FrameContext& context);
  // Out of line, so that the common case does not pay for what they put on the stack.
  [[gnu::noinline]] Drop decode_fragment(const IpPacket& fragment, FrameContext& context);
  [[gnu::noinline]] Drop decode_tunnel(const IpPacket& packet, FrameContext& context);
  Drop decode_payload(const IpPacket& packet, FrameContext& context);
  Drop decode_tcp(const IpPacket& packet, FrameContext& context);
  Drop decode_other(const IpPacket& packet, FrameContext& context);
  [[gnu::noinline]] Drop decode_udp(const IpPacket& packet, FrameContext& context);
  [[gnu::noinline]] bool accepts_header(const IpPacket& packet, Bytes ip, const Frame& frame);
  [[gnu::noinline]] bool accepts_sum(const IpPacket& packet, const TcpView& tcp);
  [[gnu::noinline]] void read_options(const TcpView& tcp);
  bool is_worth_assembling(const IpPacket& fragment) const;
  bool is_wanted_udp(uint8_t protocol) const {
    return datagrams != nullptr && protocol == ip_protocol::kUdp;
  }
  bool may_be_tunnel(uint8_t protocol) const {
    return options.open_tunnels && may_carry_tunnel(protocol);
  }
  uint64_t path_key() const { return path.is_empty() ? 0 : path_hash(path); }
  void on_given_up(const HeldFragments& fragments, Drop why) override;

  const DecodeOptions options;
  const PathHasher path_hash;
  SegmentSink& segments;
  FrameObserver* const observer;
  DatagramSink* const datagrams;
  DropCounters drops;
  std::map<LinkType, uint64_t> unknown_links;
  ChecksumJudge sums;
  IpAssembler assembler;
  FcsJudge fcs;
  Encapsulation path;  // around the packet at hand
  uint32_t parts = 0;  // segments and datagrams made of the frame at hand
  Segment segment;     // the one at hand: every member is set anew, so nothing need be cleared
};

// An IPv4 fragment says what its datagram carries; an IPv6 fragment only may.
bool Decoder::Parts::is_worth_assembling(const IpPacket& fragment) const {
  if (fragment.source.family == Family::ipv6) return true;
  return fragment.protocol == ip_protocol::kTcp || fragment.protocol == ip_protocol::kAh ||
         may_be_tunnel(fragment.protocol) || is_wanted_udp(fragment.protocol);
}

// `stripped`: what became of the link headers.
Drop Decoder::Parts::decode_link(const LinkPacket& link, Drop stripped, FrameContext& context) {
  // Also of frames that are of no use: the judge learns from all that an interface delivers.
  if (link.fcs != FcsState::unknown) {
    const bool is_intact = fcs.accepts(context.frame.interface, link, stripped);
    if (!is_intact && options.check_fcs) return Drop::bad_fcs;
  }
  return stripped == Drop::none ? decode_ip(link, context) : stripped;
}

// The frames behind the first one in an 802.11 frame. The frame is used if any of them is.
Drop Decoder::Parts::decode_aggregate(LinkPacket& link, FrameContext& context, bool& has_ip) {
  Drop all = Drop::not_ip;
  while (!link.aggregate.captured.empty()) {
    path.clear();
    Drop why = strip_next(link, path);
    has_ip = has_ip || why == Drop::none;
    if (why == Drop::none) why = decode_ip(link, context);
    if (why == Drop::none) all = Drop::none;
  }
  return all;
}

Drop Decoder::Parts::decode_ip(const LinkPacket& link, FrameContext& context) {
  IpPacket packet;
  Drop why = read_ip(link.ip, link.fcs_length, packet);
  if (why == Drop::none) why = skip_extensions(packet);
  if (why != Drop::none) return why;
  // Behind the reading: a header that cannot be read is dropped for that, and teaches the judge
  // nothing. Ahead of the fragments: a damaged one must not spoil a datagram.
  if (options.check_sums && !accepts_header(packet, link.ip.captured, context.frame)) {
    return Drop::bad_ip_checksum;
  }
  if (packet.is_fragment) return decode_fragment(packet, context);
  return decode_payload(packet, context);
}

Drop Decoder::Parts::decode_fragment(const IpPacket& fragment, FrameContext& context) {
  if (!is_worth_assembling(fragment)) return refusal_of(fragment.protocol);
  const bool keep_frame = observer != nullptr && observer->wants_fragments();
  LinkFacts link = context.link;
  // The VLANs are part of the key by which fragments find each other.
  if (options.merge_vlans) link.vlans = {};
  Result<AssembledPacket, Drop> whole =
      assembler.add(fragment, {context.frame, link, context.batch, keep_frame, path_key()});
  if (!whole) return whole.error();
  IpPacket& packet = whole->packet;
  const uint8_t* const start = packet.payload.captured.data();
  Drop why = skip_extensions(packet);
  // No sender fragments a fragment (RFC 8200, 4.5).
  if (why == Drop::none && packet.is_fragment) why = Drop::bad_fragment;
  FrameContext inside{context.frame, context.batch, context.link, whole->conflicts, start};
  if (why == Drop::none) why = decode_payload(packet, inside);
  if (why != Drop::none) on_given_up(whole->earlier, why);
  return why;
}

Drop Decoder::Parts::decode_payload(const IpPacket& packet, FrameContext& context) {
  if (packet.protocol == ip_protocol::kTcp) return decode_tcp(packet, context);
  return may_be_tunnel(packet.protocol) ? decode_tunnel(packet, context)
                                        : decode_other(packet, context);
}

bool Decoder::Parts::accepts_header(const IpPacket& packet, Bytes ip, const Frame& frame) {
  const Result<Ipv4View, Drop> header = Ipv4View::parse(ip);
  if (!header) return true;  // IPv6 has no such checksum
  const PacketSender sender{frame.interface, packet.source, packet.source == packet.destination};
  const SumState sum = header_sum(ip.first(header->header_length()));
  return sums.accepts_header(sender, sum, static_cast<uint32_t>(packet.payload.on_wire));
}

// Comes back here at most as often as the path has room.
Drop Decoder::Parts::decode_tunnel(const IpPacket& packet, FrameContext& context) {
  LinkPacket inner;
  inner.facts = context.link;
  const Drop why = open_tunnel(packet, inner, path);
  // UDP on other ports than those of tunnels, or not of their shape: an ordinary datagram.
  if (why == Drop::not_tcp) return decode_other(packet, context);
  if (why != Drop::none) return why;
  FrameContext inside{context.frame, context.batch, inner.facts, context.conflicts,
                      context.datagram};
  return decode_ip(inner, inside);
}

Drop Decoder::Parts::decode_tcp(const IpPacket& packet, FrameContext& context) {
  const size_t on_wire = packet.payload.on_wire;
  const Result<TcpView, Drop> tcp = TcpView::parse(packet.payload.captured, on_wire);
  if (!tcp) return tcp.error();
  segment.frame = &context.frame;
  segment.source = packet.source;
  segment.destination = packet.destination;
  segment.source_port = tcp->source_port();
  segment.destination_port = tcp->destination_port();
  segment.sequence = tcp->sequence();
  segment.acknowledgement = tcp->acknowledgement();
  segment.window = tcp->window();
  segment.flags = tcp->flags();
  segment.payload = tcp->payload();
  // Never below 0: parse() has seen that the header fits what was on the wire, and where it passes
  // what was captured the payload is empty.
  segment.missing = static_cast<uint32_t>(on_wire - tcp->header_length() - segment.payload.size());
  segment.link = context.link;
  segment.path = path.is_empty() ? nullptr : &path;
  segment.path_key = path_key();
  segment.conflicts = context.conflicts_of(segment.payload);
  if (options.reads_options) read_options(*tcp);
  segment.bad_checksum = options.check_sums && !accepts_sum(packet, *tcp);
  segment.part = parts++;
  segments.on_segment(segment);
  return Drop::none;
}

// What is neither TCP nor a tunnel.
Drop Decoder::Parts::decode_other(const IpPacket& packet, FrameContext& context) {
  return is_wanted_udp(packet.protocol) ? decode_udp(packet, context) : refusal_of(packet.protocol);
}

// A length of 0 leaves it to IP to say where the datagram ends (RFC 2675, 4), and one past the end
// of the packet does not move it.
Drop Decoder::Parts::decode_udp(const IpPacket& packet, FrameContext& context) {
  const Result<UdpView, Drop> udp = UdpView::parse(packet.payload.captured);
  if (!udp) return udp.error();
  const size_t length = udp->length() != 0 ? udp->length() : packet.payload.on_wire;
  if (length < UdpView::kHeader) return Drop::bad_udp_header;
  const WireBytes payload = packet.payload.up_to(length).after(UdpView::kHeader);
  Datagram datagram;
  datagram.frame = &context.frame;
  datagram.source = packet.source;
  datagram.destination = packet.destination;
  datagram.source_port = udp->source_port();
  datagram.destination_port = udp->destination_port();
  datagram.payload = payload.captured;
  datagram.missing = static_cast<uint32_t>(payload.on_wire - payload.captured.size());
  datagram.link = context.link;
  datagram.path = path.is_empty() ? nullptr : &path;
  datagram.path_key = path_key();
  datagram.conflicts = context.conflicts_of(payload.captured);
  datagram.part = parts++;
  datagrams->on_datagram(datagram);
  return Drop::none;
}

void Decoder::Parts::read_options(const TcpView& tcp) {
  segment.options = TcpOptions::parse(tcp.options());
  segment.has_options = tcp.options().size() + TcpView::kMinHeader == tcp.header_length();
}

// Of the segment at hand, which was filled in but for this.
bool Decoder::Parts::accepts_sum(const IpPacket& packet, const TcpView& tcp) {
  // The checksum covers octets that were not captured, or a pseudo header that is not known.
  if (!packet.has_known_sum || packet.payload.is_cut()) return true;
  const Bytes octets = packet.payload.captured;
  const auto length = static_cast<uint32_t>(octets.size());
  const auto pseudo = [&packet](uint32_t stated) {
    return pseudo_header_sum(packet.source, packet.destination, ip_protocol::kTcp, stated);
  };
  SumState sum = SumState::wrong;
  if (transport_checksum(packet.source, packet.destination, ip_protocol::kTcp, octets) == 0) {
    sum = SumState::right;
  } else if (tcp.checksum() == pseudo(length) || tcp.checksum() == pseudo(0)) {
    sum = SumState::unfinished;  // without a length where a card is to cut the segment up
  }
  const PacketSender sender{segment.frame->interface, packet.source,
                            packet.source == packet.destination};
  const bool tells = !segment.payload.empty() || segment.has(tcp_flag::kSyn);
  return sums.accepts_segment(sender, sum, length, tells);
}

// Held fragments were seen as used so far.
void Decoder::Parts::on_given_up(const HeldFragments& fragments, Drop why) {
  drops.add(why, fragments.count);
  if (observer == nullptr) return;
  for (const HeldFrame& held : fragments.frames) observer->on_frame(held.frame, {why, true});
}

Decoder::Decoder(const DecodeOptions& options, SegmentSink& segments, FrameObserver* observer,
                 DatagramSink* datagrams)
    : parts_(std::make_unique<Parts>(options, segments, observer, datagrams)) {}

Decoder::~Decoder() = default;

void Decoder::start_input() {
  parts_->fcs.forget();
  parts_->sums.forget();
}

void Decoder::decode(const Frame& frame, FrameBatch& batch) {
  LinkPacket link;
  parts_->path.clear();
  parts_->parts = 0;
  Drop why = strip_link(frame, link, parts_->path);
  bool has_ip = why == Drop::none;
  FrameContext context{frame, batch, link.facts};
  why = parts_->decode_link(link, why, context);
  // One check sequence covers all frames of an aggregate, so a wrong one condemns them together.
  if (!link.aggregate.captured.empty() && why != Drop::bad_fcs) {
    const Drop others = parts_->decode_aggregate(link, context, has_ip);
    if (others == Drop::none) why = Drop::none;
  }
  if (why != Drop::none) parts_->drops.add(why);
  if (why == Drop::unknown_link_type) ++parts_->unknown_links[frame.link];
  if (parts_->observer != nullptr) parts_->observer->on_frame(frame, {why, has_ip});
}

void Decoder::end() { parts_->assembler.end(); }

uint64_t Decoder::reassembled_datagrams() const { return parts_->assembler.finished_datagrams(); }

const FragmentLimitHits& Decoder::fragment_limit_hits() const {
  return parts_->assembler.limit_hits();
}

uint64_t Decoder::forgotten_senders() const { return parts_->sums.forgotten(); }

const DropCounters& Decoder::drops() const { return parts_->drops; }

const std::map<LinkType, uint64_t>& Decoder::unknown_links() const { return parts_->unknown_links; }

bool Decoder::knows(LinkType link) { return is_known_link(link); }

}  // namespace tcpflow
