#include "bench/pcap_writer.h"

#include <array>
#include <cstring>

namespace tcpflow::bench {
namespace {

constexpr size_t kBuffer = size_t{4} << 20;
constexpr size_t kEthernet = 14;
constexpr size_t kIp = 20;
constexpr size_t kTcp = 32;
constexpr size_t kUdp = 8;
constexpr uint8_t kProtocolTcp = 6;
constexpr uint8_t kProtocolUdp = 17;
constexpr size_t kRecord = 16;
constexpr uint32_t kSeconds = 1'500'000'000;
constexpr uint64_t kPerSecond = 100'000;  // packets, 10 microseconds apart

// Appends numbers to octets whose room was made beforehand.
class Cursor {
 public:
  explicit Cursor(uint8_t* at) : at_(at) {}
  Cursor& be8(unsigned value) {
    *at_++ = static_cast<uint8_t>(value);
    return *this;
  }
  Cursor& be16(unsigned value) { return be8(value >> 8 & 0xff).be8(value & 0xff); }
  Cursor& be32(uint32_t value) { return be16(value >> 16).be16(value & 0xffff); }
  Cursor& le32(uint32_t value) {
    return be8(value & 0xff).be8(value >> 8 & 0xff).be8(value >> 16 & 0xff).be8(value >> 24);
  }
  Cursor& copy(Bytes bytes) {
    if (!bytes.empty()) std::memcpy(at_, bytes.data(), bytes.size());
    at_ += bytes.size();
    return *this;
  }

 private:
  uint8_t* at_;
};

// RFC 1071; 32 bits at a time, since the sum of ones' complements does not mind the width.
uint64_t sum(const uint8_t* p, size_t size) {
  uint64_t total = 0;
  for (; size >= 4; p += 4, size -= 4) total += load_be32(p);
  if (size >= 2) total += load_be16(p);
  if (size % 2 != 0) total += uint64_t{p[size - 1]} << 8;
  return total;
}

unsigned fold(uint64_t total) {
  while (total > 0xffff) total = (total >> 16) + (total & 0xffff);
  return static_cast<unsigned>(~total & 0xffff);
}

void put_ip(uint8_t* ip, const Endpoint& from, const Endpoint& to, unsigned protocol) {
  Cursor(ip + 4).be32(0x00014000).be16(0x4000 | protocol).be16(0);
  Cursor(ip + 12).be32(from.address).be32(to.address);
  Cursor(ip + 10).be16(fold(sum(ip, kIp)));
}

// RFC 9293, 3.1: of the pseudo-header and the `length` octets behind the IP header.
unsigned checksum(const uint8_t* ip, size_t length) {
  return fold(sum(ip + 12, 8) + ip[9] + length + sum(ip + kIp, length));
}

// With the timestamp option, and without a checksum yet.
void put_tcp(uint8_t* tcp, const Header& header, uint32_t clock) {
  Cursor(tcp)
      .be16(header.from.port)
      .be16(header.to.port)
      .be32(header.sequence)
      .be32(header.acknowledgement)
      .be16(0x8000u | header.flags)
      .be16(0xffff)
      .be32(0)
      .be32(0x0101080a)
      .be32(clock)
      .be32(clock);
}

}  // namespace

PcapWriter::PcapWriter(const std::string& path) : file_(std::fopen(path.c_str(), "wb")) {
  ok_ = file_ != nullptr;
  buffer_.reserve(kBuffer);
  std::array<uint8_t, 24> header;
  Cursor(header.data()).le32(0xa1b2c3d4).le32(4u << 16 | 2).le32(0).le32(0).le32(65535).le32(1);
  buffer_.insert(buffer_.end(), header.begin(), header.end());
  octets_ = header.size();
}

uint8_t* PcapWriter::begin(const Endpoint& from, const Endpoint& to, uint8_t protocol,
                           size_t length) {
  const size_t frame = kEthernet + kIp + length;
  if (buffer_.size() + kRecord + frame > kBuffer) flush();
  const size_t start = buffer_.size();
  buffer_.resize(start + kRecord + frame);
  uint8_t* record = &buffer_[start];
  const uint32_t octets = static_cast<uint32_t>(frame);
  Cursor(record)
      .le32(kSeconds + static_cast<uint32_t>(packets_ / kPerSecond))
      .le32(static_cast<uint32_t>(packets_ % kPerSecond) * 10)
      .le32(octets)
      .le32(octets);
  uint8_t* ethernet = record + kRecord;
  Cursor(ethernet).be32(0x02000000).be16(5).be32(0x02000000).be16(12).be16(0x0800);
  uint8_t* ip = ethernet + kEthernet;
  Cursor(ip).be16(0x4500).be16(static_cast<unsigned>(frame - kEthernet));
  put_ip(ip, from, to, protocol);
  ++packets_;
  octets_ += kRecord + frame;
  return ip;
}

void PcapWriter::segment(const Header& header, Bytes payload) {
  const size_t length = kTcp + payload.size();
  const uint32_t clock = static_cast<uint32_t>(packets_ / 100);  // milliseconds
  uint8_t* ip = begin(header.from, header.to, kProtocolTcp, length);
  put_tcp(ip + kIp, header, clock);
  Cursor(ip + kIp + kTcp).copy(payload);
  Cursor(ip + kIp + 16).be16(checksum(ip, length));
}

void PcapWriter::datagram(const Endpoint& from, const Endpoint& to, Bytes payload) {
  const size_t length = kUdp + payload.size();
  uint8_t* ip = begin(from, to, kProtocolUdp, length);
  Cursor(ip + kIp).be16(from.port).be16(to.port).be16(static_cast<unsigned>(length)).be16(0);
  Cursor(ip + kIp + kUdp).copy(payload);
  const unsigned sent = checksum(ip, length);
  Cursor(ip + kIp + 6).be16(sent != 0 ? sent : 0xffff);  // RFC 768: 0 says that there is none
}

bool PcapWriter::finish() {
  flush();
  if (file_ && std::fclose(file_.release()) != 0) ok_ = false;
  return ok_;
}

void PcapWriter::flush() {
  if (ok_ && std::fwrite(buffer_.data(), 1, buffer_.size(), file_.get()) != buffer_.size())
    ok_ = false;
  buffer_.clear();
}

}  // namespace tcpflow::bench
