#include "tests/support/pcap_builder.h"

#include <algorithm>
#include <cerrno>
#include <fstream>

namespace tcpflow::test {
namespace {

constexpr uint32_t kMagicMicro = 0xa1b2c3d4;
constexpr uint32_t kMagicNano = 0xa1b23c4d;

}  // namespace

PcapBuilder::PcapBuilder(PcapFormat format) : format_(format) {
  put32(format_.nanoseconds ? kMagicNano : kMagicMicro);
  put16(2);
  put16(4);
  put32(0);
  put32(0);
  put32(format_.snap_length);
  put32(static_cast<uint32_t>(format_.link));
}

PcapBuilder& PcapBuilder::add(const TimedFrame& frame) {
  const uint32_t size = static_cast<uint32_t>(frame.bytes.size());
  const uint32_t captured = std::min(size, format_.snap_length);
  const int64_t nanos = subsecond_nanos(frame.time);
  put32(static_cast<uint32_t>(whole_seconds(frame.time)));
  put32(static_cast<uint32_t>(format_.nanoseconds ? nanos : nanos / 1000));
  put32(captured);
  put32(std::max(frame.original_length, size));
  put(file_, Bytes(frame.bytes).first(captured));
  return *this;
}

PcapBuilder& PcapBuilder::add(const std::vector<TimedFrame>& frames) {
  for (const TimedFrame& frame : frames) add(frame);
  return *this;
}

void PcapBuilder::put16(unsigned value) {
  format_.big_endian ? put_be16(file_, value) : put_le16(file_, value);
}

void PcapBuilder::put32(uint32_t value) {
  format_.big_endian ? put_be32(file_, value) : put_le32(file_, value);
}

Status write_file(const std::string& path, Bytes file) {
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out << as_text(file);
  out.close();
  if (!out) return errno_error(path, errno);
  return Ok{};
}

}  // namespace tcpflow::test
