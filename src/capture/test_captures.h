// Builders of capture files, byte by byte, for the tests of this layer.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/wait.h"
#include "capture/source.h"

namespace tcpflow::testing {

// Numbers and texts in one byte order.
class ByteWriter {
 public:
  explicit ByteWriter(bool is_big = false) : is_big_(is_big) {}

  ByteWriter& u8(uint8_t value) { return put(value, 1); }
  ByteWriter& u16(uint16_t value) { return put(value, 2); }
  ByteWriter& u32(uint32_t value) { return put(value, 4); }
  ByteWriter& u64(uint64_t value) { return put(value, 8); }
  ByteWriter& text(std::string_view value) {
    bytes_ += value;
    return *this;
  }
  ByteWriter& pad() {
    while (bytes_.size() % 4 != 0) bytes_ += '\0';
    return *this;
  }
  const std::string& str() const { return bytes_; }

 private:
  ByteWriter& put(uint64_t value, int octets) {
    for (int i = 0; i < octets; ++i) {
      const int shift = 8 * (is_big_ ? octets - 1 - i : i);
      bytes_ += static_cast<char>(value >> shift & 0xff);
    }
    return *this;
  }

  bool is_big_;
  std::string bytes_;
};

struct PcapHeader {
  bool is_big = false;
  uint32_t magic = 0xa1b2c3d4;
  uint16_t major = 2;
  uint16_t minor = 4;
  uint32_t snap_length = 262144;
  uint32_t link = 1;
};

inline std::string pcap_header(const PcapHeader& h = {}) {
  ByteWriter out(h.is_big);
  out.u32(h.magic).u16(h.major).u16(h.minor).u32(0).u32(0).u32(h.snap_length).u32(h.link);
  return out.str();
}

struct PcapRecord {
  uint32_t seconds = 1500000000;
  uint32_t fraction = 1000;
  std::string_view bytes = {};
  std::optional<uint32_t> captured = std::nullopt;  // where the length lies
  std::optional<uint32_t> original = std::nullopt;
};

inline std::string pcap_record(const PcapRecord& r, bool is_big = false) {
  const uint32_t size = static_cast<uint32_t>(r.bytes.size());
  ByteWriter out(is_big);
  out.u32(r.seconds).u32(r.fraction).u32(r.captured.value_or(size)).u32(r.original.value_or(size));
  return out.text(r.bytes).str();
}

// Blocks of a pcapng file in one byte order.
class PcapngWriter {
 public:
  explicit PcapngWriter(bool is_big = false) : is_big_(is_big) {}

  std::string block(uint32_t type, std::string_view body) const {
    const std::string padded = writer().text(body).pad().str();
    const uint32_t length = static_cast<uint32_t>(padded.size() + 12);
    return writer().u32(type).u32(length).text(padded).u32(length).str();
  }
  std::string section(uint16_t major = 1) const {
    const std::string body = writer().u32(0x1a2b3c4d).u16(major).u16(0).u64(UINT64_MAX).str();
    return block(0x0a0d0d0a, body);
  }
  std::string option(uint16_t code, std::string_view value) const {
    const uint16_t size = static_cast<uint16_t>(value.size());
    return writer().u16(code).u16(size).text(value).pad().str();
  }
  std::string interface(uint16_t link, uint32_t snap_length = 0,
                        std::string_view options = {}) const {
    return block(1, writer().u16(link).u16(0).u32(snap_length).text(options).str());
  }
  std::string enhanced(uint32_t interface, uint64_t ticks, std::string_view bytes,
                       std::string_view options = {}) const {
    const uint32_t size = static_cast<uint32_t>(bytes.size());
    ByteWriter out = writer();
    out.u32(interface).u32(static_cast<uint32_t>(ticks >> 32)).u32(static_cast<uint32_t>(ticks));
    return block(6, out.u32(size).u32(size + 7).text(bytes).pad().text(options).str());
  }
  std::string old_packet(uint16_t interface, uint64_t ticks, std::string_view bytes,
                         uint16_t drops = 3) const {
    const uint32_t size = static_cast<uint32_t>(bytes.size());
    ByteWriter out = writer();
    out.u16(interface).u16(drops);
    out.u32(static_cast<uint32_t>(ticks >> 32)).u32(static_cast<uint32_t>(ticks));
    return block(2, out.u32(size).u32(size).text(bytes).str());
  }
  std::string simple(std::string_view bytes, uint32_t original) const {
    return block(3, writer().u32(original).text(bytes).str());
  }
  ByteWriter writer() const { return ByteWriter(is_big_); }

 private:
  bool is_big_;
};

// Everything a source gave, copied.
struct Collected {
  std::vector<Frame> frames;  // their bytes point into `octets`
  std::vector<std::string> octets;
  std::optional<Error> error;

  std::string message() const { return error ? error->message : ""; }
};

// Reads a source to its end, and past it.
inline Collected read_all(PacketSource& source) {
  Collected all;
  FrameBatch batch;
  for (;;) {
    batch.clear();
    const Result<ReadState> state = source.read(batch);
    for (const Frame& frame : batch.frames) {
      all.frames.push_back(frame);
      all.octets.emplace_back(as_text(frame.bytes));
    }
    if (!state && all.error) break;
    if (!state) all.error = state.error();
    if (state && *state == ReadState::end) break;
  }
  for (size_t i = 0; i < all.frames.size(); ++i) all.frames[i].bytes = as_bytes(all.octets[i]);
  return all;
}

// Waits for nothing: every descriptor is readable at once.
class EagerWaiter : public Waiter {
 public:
  Ready wait_readable(int, Duration) override {
    return is_stopped ? Ready::stopped : Ready::readable;
  }
  bool stop_requested() override { return is_stopped; }

  bool is_stopped = false;
};

}  // namespace tcpflow::testing
