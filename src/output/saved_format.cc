#include "output/saved_format.h"

#include <array>

namespace tcpflow {
namespace {

// pcapng block types, option codes and lengths (draft-ietf-opsawg-pcapng).
constexpr uint32_t kSectionBlock = 0x0a0d0d0a;
constexpr uint32_t kInterfaceBlock = 1;
constexpr uint32_t kPacketBlock = 6;
constexpr uint32_t kByteOrderMagic = 0x1a2b3c4d;
constexpr uint16_t kOptionTimeResolution = 9;
constexpr char kNanoseconds = 9;  // 10^-9 s
constexpr uint32_t kSectionSize = 28;
constexpr uint32_t kInterfaceSize = 32;
constexpr uint32_t kPacketOverhead = 32;

void put16(std::string& out, uint16_t value) {
  out += static_cast<char>(value & 0xff);
  out += static_cast<char>(value >> 8);
}

void put32(std::string& out, uint32_t value) {
  put16(out, static_cast<uint16_t>(value & 0xffff));
  put16(out, static_cast<uint16_t>(value >> 16));
}

void put_bytes(std::string& out, Bytes bytes) { out += as_text(bytes); }

}  // namespace

bool needs_nanoseconds(Timestamp time) { return subsecond_nanos(time) % 1000 != 0; }

void append_pcap_header(std::string& out, const PcapFileHeader& header) {
  put32(out, header.unit == PcapUnit::nano ? kPcapNanoMagic : kPcapMicroMagic);
  put16(out, 2);  // version 2.4
  put16(out, 4);
  put32(out, 0);  // time zone and accuracy, never used
  put32(out, 0);
  put32(out, header.snap_length);
  put32(out, static_cast<uint32_t>(header.link));
}

void append_pcap_record(std::string& out, const Frame& frame, PcapUnit unit) {
  const int64_t nanos = subsecond_nanos(frame.time);
  put32(out, static_cast<uint32_t>(whole_seconds(frame.time)));
  put32(out, static_cast<uint32_t>(unit == PcapUnit::nano ? nanos : nanos / 1000));
  put32(out, static_cast<uint32_t>(frame.bytes.size()));
  put32(out, frame.original_length);
  put_bytes(out, frame.bytes);
}

void append_pcapng_section(std::string& out) {
  put32(out, kSectionBlock);
  put32(out, kSectionSize);
  put32(out, kByteOrderMagic);
  put16(out, 1);  // version 1.0
  put16(out, 0);
  put32(out, UINT32_MAX);  // section length: not stated
  put32(out, UINT32_MAX);
  put32(out, kSectionSize);
}

void append_pcapng_interface(std::string& out, LinkType link) {
  put32(out, kInterfaceBlock);
  put32(out, kInterfaceSize);
  put16(out, static_cast<uint16_t>(link));
  put16(out, 0);
  put32(out, 0);  // no snap length
  put16(out, kOptionTimeResolution);
  put16(out, 1);
  out.append({kNanoseconds, 0, 0, 0});
  put32(out, 0);  // end of options
  put32(out, kInterfaceSize);
}

void append_pcapng_packet(std::string& out, const Frame& frame, uint32_t interface) {
  const uint32_t captured = static_cast<uint32_t>(frame.bytes.size());
  const uint32_t padding = (4 - captured % 4) % 4;
  const uint64_t time = static_cast<uint64_t>(frame.time.time_since_epoch().count());
  put32(out, kPacketBlock);
  put32(out, kPacketOverhead + captured + padding);
  put32(out, interface);
  put32(out, static_cast<uint32_t>(time >> 32));
  put32(out, static_cast<uint32_t>(time));
  put32(out, captured);
  put32(out, frame.original_length);
  put_bytes(out, frame.bytes);
  out.append(padding, '\0');
  put32(out, kPacketOverhead + captured + padding);
}

}  // namespace tcpflow
