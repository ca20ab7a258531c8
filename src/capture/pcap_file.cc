#include "capture/pcap_file.h"

#include <algorithm>

namespace tcpflow {
namespace {

// Magic numbers as the writer's own order has them. The last is that of Alexey Kuznetsov's patch,
// whose records say more of the device.
constexpr uint32_t kMicroMagic = 0xa1b2c3d4;
constexpr uint32_t kNanoMagic = 0xa1b23c4d;
constexpr uint32_t kLongHeaderMagic = 0xa1b2cd34;

constexpr int64_t kNanosPerSecond = 1'000'000'000;

constexpr size_t kFileHeader = 24;
constexpr size_t kRecordHeader = 16;
// Interface index, protocol and packet type follow the usual 16 bytes.
constexpr size_t kLongRecordHeader = 24;

bool is_magic(uint32_t number) {
  return number == kMicroMagic || number == kNanoMagic || number == kLongHeaderMagic;
}

// The link type is in the lower 26 bits; types past 16 bits do not exist.
LinkType link_type_of(uint32_t field) {
  const uint32_t type = field & 0x03ffffff;
  return static_cast<LinkType>(std::min<uint32_t>(type, 0xffff));
}

// Bit 26 says that the upper four bits count the 16-bit words of frame check sequence.
uint8_t fcs_length_of(uint32_t field) {
  if ((field & 0x04000000) == 0) return kFcsUnknown;
  return static_cast<uint8_t>((field >> 28) * 2);
}

Damage cut_while(const char* what, size_t wanted, size_t got) {
  return {"truncated dump file; tried to read " + std::to_string(wanted) + " " + what +
          " bytes, only got " + std::to_string(got)};
}

}  // namespace

std::unique_ptr<CaptureFormat> PcapFormat::recognise(Bytes head) {
  // No magic number is another one turned around, so the order of trying does not matter.
  for (const ByteOrder order : {ByteOrder::little(), ByteOrder::big()}) {
    const uint32_t magic = order.u32(head.data());
    if (is_magic(magic)) return std::make_unique<PcapFormat>(order, magic);
  }
  return nullptr;
}

PcapFormat::PcapFormat(ByteOrder order, uint32_t magic)
    : order_(order),
      header_size_(magic == kLongHeaderMagic ? kLongRecordHeader : kRecordHeader),
      nanos_per_tick_(magic == kNanoMagic ? 1 : 1000) {}

Result<Ok, Damage> PcapFormat::read_file_header(const uint8_t* header) {
  const uint16_t major = order_.u16(header + 4);
  const uint16_t minor = order_.u16(header + 6);
  // 543.0 is what DG/UX wrote; before 2.3 the two lengths stood the other way round, and in 2.3
  // both ways exist.
  const bool is_dgux = major == 543 && minor == 0;
  if (!is_dgux && (major != 2 || minor > 4)) {
    return Damage{"unsupported pcap savefile version " + std::to_string(major) + "." +
                  std::to_string(minor)};
  }
  if (is_dgux || minor < 3) lengths_ = Lengths::swapped;
  if (!is_dgux && minor == 3) lengths_ = Lengths::maybe_swapped;

  Interface only;
  only.snap_length = order_.u32(header + 16);
  only.link = link_type_of(order_.u32(header + 20));
  only.fcs_length = fcs_length_of(order_.u32(header + 20));
  // Never below the usual limit: files exist whose records pass the snap length that they state.
  max_captured_ = std::clamp(only.snap_length, kMaxSnapLength, kMaxStatedSnapLength);
  interfaces_.push_back(only);
  return Ok{};
}

PcapFormat::Sizes PcapFormat::sizes_of(const uint8_t* header) const {
  Sizes sizes{order_.u32(header + 8), order_.u32(header + 12)};
  const bool is_swapped = lengths_ == Lengths::swapped ||
                          (lengths_ == Lengths::maybe_swapped && sizes.captured > sizes.original);
  if (is_swapped) std::swap(sizes.captured, sizes.original);
  return sizes;
}

// A fraction of a second or more is none: the second stays as recorded, as the original has it for
// file times. Carrying it over would set the clock ahead of all packets that follow.
Timestamp PcapFormat::time_of(const uint8_t* header) const {
  const int64_t nanos = order_.u32(header + 4) * nanos_per_tick_;
  return make_time(order_.u32(header), nanos < kNanosPerSecond ? nanos : 0);
}

void PcapFormat::add_frame(Bytes record, uint32_t original, FrameBatch& batch) {
  Frame& frame = batch.frames.emplace_back();
  frame.number = ++frames_;
  frame.time = time_of(record.data());
  frame.bytes = record.subspan(header_size_);
  frame.original_length = std::max(original, static_cast<uint32_t>(frame.bytes.size()));
  frame.link = interfaces_[0].link;
  frame.fcs_length = interfaces_[0].fcs_length;
  interfaces_[0].frames = frames_;
}

Result<size_t, Damage> PcapFormat::parse(ReadBuffer& in, FrameBatch& batch) {
  if (!started()) {
    if (in.rest().size() < kFileHeader) return kFileHeader;
    const Result<Ok, Damage> header = read_file_header(in.rest().data());
    if (!header) return header.error();
    in.consume(kFileHeader);
  }
  for (;;) {
    const Bytes rest = in.rest();
    if (rest.size() < header_size_) return header_size_;
    // The limit is asked before the octets are, or a length that lies would make the reader wait
    // for them.
    const Sizes sizes = sizes_of(rest.data());
    if (sizes.captured > max_captured_) {
      return Damage{"invalid packet capture length " + std::to_string(sizes.captured) +
                    ", bigger than maximum of " + std::to_string(max_captured_)};
    }
    const size_t size = header_size_ + sizes.captured;
    if (rest.size() < size) return size;
    add_frame(rest.first(size), sizes.original, batch);
    in.consume(size);
  }
}

std::optional<Damage> PcapFormat::cut(Bytes rest) const {
  if (!started()) return cut_while("file header", kFileHeader, rest.size());
  if (rest.empty()) return std::nullopt;
  if (rest.size() < header_size_) return cut_while("header", header_size_, rest.size());
  return cut_while("captured", sizes_of(rest.data()).captured, rest.size() - header_size_);
}

}  // namespace tcpflow
