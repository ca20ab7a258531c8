// Frames as pcap and pcapng records (little-endian). Pure functions that append to `out`.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "decode/segment.h"

namespace tcpflow {

inline constexpr size_t kPcapHeaderSize = 24;
inline constexpr size_t kPcapRecordHeaderSize = 16;
inline constexpr size_t kPcapSnapLengthAt = 16;  // where the file header keeps it
inline constexpr size_t kPcapLinkAt = 20;
inline constexpr uint32_t kPcapMicroMagic = 0xa1b2c3d4;
inline constexpr uint32_t kPcapNanoMagic = 0xa1b23c4d;

enum class PcapUnit : uint8_t { micro, nano };

struct PcapFileHeader {
  LinkType link = LinkType::ethernet;
  uint32_t snap_length = 65535;
  PcapUnit unit = PcapUnit::micro;
};

// True if `time` loses digits in a file of microseconds.
bool needs_nanoseconds(Timestamp time);

void append_pcap_header(std::string& out, const PcapFileHeader& header);
void append_pcap_record(std::string& out, const Frame& frame, PcapUnit unit);

// The block that starts a pcapng section; interfaces are numbered from 0 within it.
void append_pcapng_section(std::string& out);
// An interface of `link`, with times in nanoseconds and no snap length.
void append_pcapng_interface(std::string& out, LinkType link);
void append_pcapng_packet(std::string& out, const Frame& frame, uint32_t interface);

}  // namespace tcpflow
