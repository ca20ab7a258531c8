#include "capture/pcapng_file.h"

#include <algorithm>

#include "capture/pcapng_options.h"

namespace tcpflow {
namespace {

// Types of blocks; all others are skipped. That of a section is the same in both byte orders.
constexpr uint32_t kSectionHeader = 0x0a0d0d0a;
constexpr uint32_t kInterfaceDescription = 1;
constexpr uint32_t kOldPacket = 2;
constexpr uint32_t kSimplePacket = 3;
constexpr uint32_t kStatistics = 5;
constexpr uint32_t kEnhancedPacket = 6;
constexpr uint32_t kSecrets = 10;

constexpr uint32_t kByteOrderMagic = 0x1a2b3c4d;

constexpr size_t kBlockHeader = 8;
constexpr size_t kTrailer = 4;
constexpr size_t kSmallestBlock = kBlockHeader + kTrailer;
// Blocks without packets that are read: no writer comes near it, and it bounds the buffer.
constexpr uint32_t kMaxOtherBlock = uint32_t{16} << 20;
// What a packet block may hold beside its octets: fixed fields and options.
constexpr uint32_t kPacketBlockSlack = uint32_t{1} << 20;
constexpr uint32_t kMaxPacketBlock = kMaxStatedSnapLength + kPacketBlockSlack;

// The fixed part of each body, in octets.
constexpr size_t kSectionBody = 16;
constexpr size_t kInterfaceBody = 8;
constexpr size_t kPacketBody = 20;  // of the enhanced and of the old packet block
constexpr size_t kSimplePacketBody = 4;
constexpr size_t kStatisticsBody = 12;
constexpr size_t kSecretsBody = 8;

// Options: of an interface, of its statistics, and the flags of both packet blocks.
constexpr uint16_t kIfName = 2;
constexpr uint16_t kIfTsresol = 9;
constexpr uint16_t kIfFcslen = 13;
constexpr uint16_t kIfTsoffset = 14;
constexpr uint16_t kIsbReceived = 4;
constexpr uint16_t kIsbInterfaceDrops = 5;
constexpr uint16_t kIsbSystemDrops = 7;
constexpr uint16_t kPacketFlags = 2;
constexpr uint16_t kPacketDropCount = 4;

// What the old packet block says where it does not know how many packets were lost.
constexpr uint16_t kUnknownDrops = 0xffff;

// An option may have 64 KiB, and 65536 interfaces one each.
constexpr size_t kMaxInterfaceName = 256;

bool is_packet(uint32_t type) {
  return type == kEnhancedPacket || type == kOldPacket || type == kSimplePacket;
}

Damage too_short(const char* block, size_t length) {
  return {std::string("pcapng ") + block + " block of " + std::to_string(length) +
          " bytes is too short"};
}

Damage too_long(uint32_t length, uint32_t limit) {
  return {"pcapng block of " + std::to_string(length) + " bytes, bigger than maximum of " +
          std::to_string(limit)};
}

Damage lengths_differ() { return {"block total length in header and trailer don't match"}; }

Damage no_interface(uint32_t id) {
  return {"a packet arrived on interface " + std::to_string(id) +
          ", but no interface description says what that is"};
}

// What the options of a packet say about `frame`: its frame check sequence, and packets lost before
// it.
void read_packet_options(PcapngOptions list, ByteOrder order, Frame& frame) {
  while (const std::optional<PcapngOption> option = list.next()) {
    const Bytes value = option->value;
    if (option->code == kPacketFlags && value.size() == 4) {
      // Bits 5 to 8 of the flags: octets of frame check sequence, 0 where it is not known.
      const auto stated = static_cast<uint8_t>(order.u32(value.data()) >> 5 & 0x0f);
      if (stated != 0) frame.fcs_length = stated;
    } else if (option->code == kPacketDropCount && value.size() == 8) {
      frame.lost_within |= static_cast<uint32_t>(order.u64(value.data()) != 0);
    }
  }
}

// What an interface description says in its options.
struct InterfaceOptions {
  uint8_t resolution = TimeScale::kMicroseconds;
  int64_t offset = 0;
};

InterfaceOptions read_interface_options(PcapngOptions list, ByteOrder order, Interface& interface) {
  InterfaceOptions found;
  while (const std::optional<PcapngOption> option = list.next()) {
    const Bytes value = option->value;
    if (option->code == kIfName) {
      interface.name = as_text(value.first(std::min(value.size(), kMaxInterfaceName)));
      // The draft wants no NUL at the end of a name; one that is there ends it.
      interface.name.resize(interface.name.find('\0') == std::string::npos
                                ? interface.name.size()
                                : interface.name.find('\0'));
    } else if (option->code == kIfTsresol && value.size() == 1) {
      found.resolution = value[0];
    } else if (option->code == kIfFcslen && value.size() == 1) {
      interface.fcs_length = value[0];
    } else if (option->code == kIfTsoffset && value.size() == 8) {
      found.offset = static_cast<int64_t>(order.u64(value.data()));
    }
  }
  return found;
}

}  // namespace

std::unique_ptr<CaptureFormat> PcapngFormat::recognise(Bytes head) {
  if (load_le32(head.data()) != kSectionHeader) return nullptr;
  return std::make_unique<PcapngFormat>();
}

Result<PcapngFormat::BlockHead, Damage> PcapngFormat::read_head(Bytes rest) {
  // A section header says its own byte order, so this comes before its length can be read.
  if (load_le32(rest.data()) == kSectionHeader) {
    const uint8_t* magic = rest.data() + kBlockHeader;
    const bool is_big = load_be32(magic) == kByteOrderMagic;
    if (!is_big && load_le32(magic) != kByteOrderMagic) {
      return Damage{has_section_ ? "section of unknown byte order" : "unknown file format"};
    }
    order_ = is_big ? ByteOrder::big() : ByteOrder::little();
  }
  const BlockHead head{order_.u32(rest.data()), order_.u32(rest.data() + 4)};
  if (head.length < kSmallestBlock) {
    return Damage{"pcapng block has a length of " + std::to_string(head.length) + " < " +
                  std::to_string(kSmallestBlock)};
  }
  return head;
}

// True for a block that is to be read as a whole.
bool PcapngFormat::wants(const BlockHead& head) {
  if (head.type != kSecrets) {
    return is_packet(head.type) || head.type == kSectionHeader ||
           head.type == kInterfaceDescription || head.type == kStatistics;
  }
  const bool fits = head.length <= kMaxSecretBytes - secret_bytes_;
  if (!fits) ++secrets_skipped_;
  return fits;
}

// Goes on with skipping a block. Returns how many bytes that needs, 0 when there is no more to
// skip.
Result<size_t, Damage> PcapngFormat::skip(ReadBuffer& in) {
  if (trailer_due_ == 0) return size_t{0};
  const size_t at_hand = static_cast<size_t>(std::min<uint64_t>(skip_left_, in.rest().size()));
  in.consume(at_hand);
  skip_left_ -= at_hand;
  // Any octet helps: nothing is to be in the buffer in one piece.
  if (skip_left_ > 0) return size_t{1};
  if (in.rest().size() < kTrailer) return kTrailer;
  if (order_.u32(in.rest().data()) != trailer_due_) return lengths_differ();
  in.consume(kTrailer);
  trailer_due_ = 0;
  return size_t{0};
}

Result<size_t, Damage> PcapngFormat::parse(ReadBuffer& in, FrameBatch& batch) {
  for (;;) {
    const Result<size_t, Damage> skipping = skip(in);
    if (!skipping || *skipping > 0) return skipping;

    const Bytes rest = in.rest();
    if (rest.size() < kSmallestBlock) return kSmallestBlock;
    const Result<BlockHead, Damage> head = read_head(rest);
    if (!head) return head.error();
    const uint32_t length = head->length;
    // A block that nobody wants is let go as it comes, whatever its length.
    if (!wants(*head)) {
      trailer_due_ = length;
      skip_left_ = length - kTrailer;
      continue;
    }
    const uint32_t limit = is_packet(head->type) ? kMaxPacketBlock : kMaxOtherBlock;
    if (length > limit) return too_long(length, limit);
    if (rest.size() < length) return size_t{length};
    if (order_.u32(rest.data() + length - kTrailer) != length) return lengths_differ();

    const Bytes body = rest.subspan(kBlockHeader, length - kSmallestBlock);
    const Result<Ok, Damage> read = read_block(head->type, body, batch);
    if (!read) return read.error();
    in.consume(length);
  }
}

Result<Ok, Damage> PcapngFormat::read_block(uint32_t type, Bytes body, FrameBatch& batch) {
  switch (type) {
    case kEnhancedPacket:
      return read_enhanced_packet(body, batch);
    case kOldPacket:
      return read_old_packet(body, batch);
    case kSimplePacket:
      return read_simple_packet(body, batch);
    case kSectionHeader:
      return read_section(body);
    case kInterfaceDescription:
      return read_interface(body);
    case kStatistics:
      read_statistics(body);
      return Ok{};
    default:
      read_secrets(body);
      return Ok{};
  }
}

Result<Ok, Damage> PcapngFormat::read_section(Bytes body) {
  if (body.size() < kSectionBody) return too_short("section header", body.size());
  const uint16_t major = order_.u16(body.data() + 4);
  if (major != 1) {
    return Damage{"unsupported pcapng savefile version " + std::to_string(major) + "." +
                  std::to_string(order_.u16(body.data() + 6))};
  }
  has_section_ = true;
  // Interfaces are numbered from 0 in each section; interfaces_ keeps those of earlier ones.
  locals_.clear();
  return Ok{};
}

Result<Ok, Damage> PcapngFormat::read_interface(Bytes body) {
  if (body.size() < kInterfaceBody) return too_short("interface description", body.size());
  if (interfaces_.size() == kMaxInterfaces) return Damage{"more than 65536 interfaces"};
  Interface interface;
  interface.link = static_cast<LinkType>(order_.u16(body.data()));
  interface.snap_length = order_.u32(body.data() + 4);
  const PcapngOptions list(body.subspan(kInterfaceBody), order_);
  const InterfaceOptions options = read_interface_options(list, order_, interface);
  const std::optional<TimeScale> scale = TimeScale::from(options.resolution, options.offset);
  if (!scale) return Damage{"time stamps of an interface have an impossible resolution"};

  locals_.push_back({static_cast<uint32_t>(interfaces_.size()), *scale});
  interfaces_.push_back(std::move(interface));
  losses_.emplace_back();
  return Ok{};
}

uint64_t PcapngFormat::time_field(const uint8_t* high_and_low) const {
  return uint64_t{order_.u32(high_and_low)} << 32 | order_.u32(high_and_low + 4);
}

Result<Ok, Damage> PcapngFormat::read_enhanced_packet(Bytes body, FrameBatch& batch) {
  if (body.size() < kPacketBody) return too_short("enhanced packet", body.size());
  const uint8_t* p = body.data();
  return add_timed({order_.u32(p), time_field(p + 4), order_.u32(p + 12), order_.u32(p + 16),
                    body.subspan(kPacketBody)},
                   batch);
}

Result<Ok, Damage> PcapngFormat::read_old_packet(Bytes body, FrameBatch& batch) {
  if (body.size() < kPacketBody) return too_short("packet", body.size());
  const uint8_t* p = body.data();
  const uint16_t drops = order_.u16(p + 2);
  return add_timed({order_.u16(p), time_field(p + 4), order_.u32(p + 12), order_.u32(p + 16),
                    body.subspan(kPacketBody), drops != 0 && drops != kUnknownDrops},
                   batch);
}

// Has neither interface nor time: the section's first interface, and 1970 as libpcap has it.
Result<Ok, Damage> PcapngFormat::read_simple_packet(Bytes body, FrameBatch& batch) {
  if (body.size() < kSimplePacketBody) return too_short("simple packet", body.size());
  if (locals_.empty()) return no_interface(0);
  const uint32_t original = order_.u32(body.data());
  const uint32_t snap_length = interfaces_[locals_[0].index].snap_length;
  // The block states no captured length: it is what the snap length left.
  const uint32_t captured = snap_length == 0 ? original : std::min(original, snap_length);
  return add_frame({0, 0, captured, original, body.subspan(kSimplePacketBody)}, Timestamp{}, batch);
}

Result<Ok, Damage> PcapngFormat::add_timed(const Packet& packet, FrameBatch& batch) {
  if (packet.interface >= locals_.size()) return no_interface(packet.interface);
  return add_frame(packet, locals_[packet.interface].scale.time(packet.ticks), batch);
}

Result<Ok, Damage> PcapngFormat::add_frame(const Packet& packet, Timestamp time,
                                           FrameBatch& batch) {
  if (packet.captured > packet.data.size()) {
    return Damage{"invalid packet capture length " + std::to_string(packet.captured) +
                  ", bigger than its block"};
  }
  const uint32_t index = locals_[packet.interface].index;
  Interface& interface = interfaces_[index];
  ++interface.frames;
  Frame& frame = batch.frames.emplace_back();
  frame.number = ++frames_;
  frame.time = time;
  frame.bytes = packet.data.first(packet.captured);
  frame.original_length = std::max(packet.original, packet.captured);
  frame.interface = index;
  frame.link = interface.link;
  frame.fcs_length = interface.fcs_length;
  frame.lost_within = packet.after_drop ? 1 : 0;
  const size_t padded = (size_t{packet.captured} + 3) / 4 * 4;
  if (padded >= packet.data.size()) return Ok{};
  read_packet_options(PcapngOptions(packet.data.subspan(padded), order_), order_, frame);
  return Ok{};
}

// Counts since the capture began, so the last block of an interface holds for all of it.
void PcapngFormat::read_statistics(Bytes body) {
  if (body.size() < kStatisticsBody) return;
  const uint32_t id = order_.u32(body.data());
  if (id >= locals_.size()) return;
  CaptureLoss& loss = losses_[locals_[id].index];
  PcapngOptions list(body.subspan(kStatisticsBody), order_);
  while (const std::optional<PcapngOption> option = list.next()) {
    if (option->value.size() != 8) continue;
    const uint64_t count = order_.u64(option->value.data());
    if (option->code == kIsbReceived) loss.received = count;
    if (option->code == kIsbInterfaceDrops) loss.dropped_by_interface = count;
    if (option->code == kIsbSystemDrops) loss.dropped_by_kernel = count;
    loss.known |= option->code == kIsbReceived || option->code == kIsbInterfaceDrops ||
                  option->code == kIsbSystemDrops;
  }
}

void PcapngFormat::read_secrets(Bytes body) {
  if (body.size() < kSecretsBody) return;
  const uint32_t type = order_.u32(body.data());
  const size_t length = order_.u32(body.data() + 4);
  const Bytes payload = body.subspan(kSecretsBody);
  // Damage that costs no packet: what relies on the secrets will miss them.
  if (length > payload.size()) return;
  // The bookkeeping counts too, or empty blocks would cost memory without limit.
  secret_bytes_ += body.size() + kSmallestBlock;
  secrets_.emplace_back(type, as_text(payload.first(length)));
}

CaptureLoss PcapngFormat::loss() const {
  CaptureLoss sum;
  for (const CaptureLoss& loss : losses_) {
    sum.known |= loss.known;
    sum.received += loss.received;
    sum.dropped_by_kernel += loss.dropped_by_kernel;
    sum.dropped_by_interface += loss.dropped_by_interface;
  }
  return sum;
}

std::vector<std::string> PcapngFormat::notes() const {
  if (secrets_skipped_ == 0) return {};
  return {std::to_string(secrets_skipped_) + " decryption secrets blocks past the limit of " +
          std::to_string(kMaxSecretBytes >> 20) + " MiB were not kept"};
}

std::optional<Damage> PcapngFormat::cut(Bytes rest) const {
  const std::string what = "truncated pcapng dump file; ";
  if (trailer_due_ != 0) {
    return Damage{what + std::to_string(skip_left_ + kTrailer - rest.size()) +
                  " bytes of a skipped block are missing"};
  }
  if (rest.empty()) return std::nullopt;
  const size_t wanted = rest.size() < kSmallestBlock ? kSmallestBlock : order_.u32(rest.data() + 4);
  return Damage{what + "tried to read " + std::to_string(wanted) + " bytes, only got " +
                std::to_string(rest.size())};
}

}  // namespace tcpflow
