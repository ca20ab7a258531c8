// One TCP segment, ready for its flow.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "base/address.h"
#include "base/bytes.h"
#include "base/conflict.h"
#include "capture/frame.h"
#include "decode/encapsulation.h"
#include "wire/tcp_options.h"

namespace tcpflow {

// TCP control bits, octet 13 of the header (RFC 9293, 3.1). The two above them, ECE 0x40 and CWR
// 0x80 (RFC 3168), have no name here.
namespace tcp_flag {
inline constexpr uint8_t kFin = 0x01;
inline constexpr uint8_t kSyn = 0x02;
inline constexpr uint8_t kRst = 0x04;
inline constexpr uint8_t kPsh = 0x08;
inline constexpr uint8_t kAck = 0x10;
inline constexpr uint8_t kUrg = 0x20;
}  // namespace tcp_flag

// No VLAN id: those have 12 bits.
inline constexpr uint16_t kNoVlan = 0xffff;

// VLAN ids from the outside to the inside: those of stacked tags, then those of a frame in a
// tunnel. A plain value. Past the most that it holds, ids are left out.
class VlanIds {
 public:
  static constexpr size_t kMost = 6;

  void add(uint16_t id) {
    if (count_ < kMost) ids_[count_++] = id;
  }
  size_t size() const { return count_; }
  uint16_t operator[](size_t at) const { return ids_[at]; }
  std::span<const uint16_t> all() const { return std::span(ids_).first(count_); }
  auto operator<=>(const VlanIds&) const = default;
  // Nearly always both are empty.
  bool operator==(const VlanIds& other) const {
    return count_ == other.count_ && (count_ == 0 || ids_ == other.ids_);
  }

 private:
  std::array<uint16_t, kMost> ids_{};
  uint16_t count_ = 0;
};

// What the link layers around a packet said. Plain values.
struct LinkFacts {
  MacAddress source_mac;  // of the innermost frame that has any; zero where the link has none
  MacAddress destination_mac;
  // VLAN id (12 bit) that names a file: of the outermost tag of the innermost frame that has one.
  uint16_t vlan = kNoVlan;
  VlanIds vlans;

  auto operator<=>(const LinkFacts&) const = default;
};

// Made by the Decoder on the reader's thread, used by the shard that owns the flow. `payload` and
// `frame` borrow from the FrameBatch and live until it is cleared. All numbers of the header are in
// the order of the host; all lengths are in octets. What was on the wire is payload, then
// `missing`.
struct Segment {
  const Frame* frame =
      nullptr;  // the frame that completed it (for a reassembled datagram, the last to arrive)
  IpAddress source;
  IpAddress destination;
  uint16_t source_port = 0;
  uint16_t destination_port = 0;
  uint32_t sequence = 0;
  uint32_t acknowledgement = 0;  // meaningful with kAck only
  uint16_t window = 0;           // unscaled
  uint8_t flags = 0;             // tcp_flag bits
  uint32_t part = 0;             // which it is of several in one frame (802.11), from 0
  Bytes payload;                 // captured payload octets; never padding or trailers
  uint32_t missing = 0;  // payload octets after `payload` that were on the wire but not captured
  LinkFacts link;
  // The tunnels that it lay in; null: none. Good during on_segment() only.
  const Encapsulation* path = nullptr;
  uint64_t path_key = 0;  // its hash, 0 without one
  // What the fragments of its packet disagreed about; borrows from the FrameBatch.
  PayloadConflicts conflicts;
  // With DecodeOptions::reads_options only.
  TcpOptions options;
  bool has_options = false;   // `options` are known: read, and not cut by the snap length
  bool bad_checksum = false;  // its receiver would find it damaged

  bool has(uint8_t flag) const { return (flags & flag) != 0; }
  // Octets of sequence space that the payload fills on the wire.
  uint32_t payload_length() const { return static_cast<uint32_t>(payload.size()) + missing; }
};

// Receives what the decoder makes. Called on the decoder's thread, in packet order; who keeps a
// segment past the call must copy `path`.
class SegmentSink {
 public:
  virtual ~SegmentSink() = default;
  virtual void on_segment(const Segment& segment) = 0;
};

}  // namespace tcpflow
