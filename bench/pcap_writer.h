// Writes TCP segments and UDP datagrams on Ethernet and IPv4 into a pcap file, fast.
#pragma once

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "base/bytes.h"

namespace tcpflow::bench {

struct Endpoint {
  uint32_t address = 0;  // host byte order
  uint16_t port = 0;
};

struct Header {
  Endpoint from;
  Endpoint to;
  uint32_t sequence = 0;
  uint32_t acknowledgement = 0;
  uint8_t flags = 0;
};

// Owns the file. Packets come 10 microseconds apart from 1500000000 on; like most real traffic each
// segment carries the 12 octets of the timestamp option. Checksums are right.
class PcapWriter {
 public:
  // `path` is replaced. ok() says whether that and every write since went well.
  explicit PcapWriter(const std::string& path);

  void segment(const Header& header, Bytes payload);
  void datagram(const Endpoint& from, const Endpoint& to, Bytes payload);
  // Writes what is buffered and closes the file.
  bool finish();
  bool ok() const { return ok_; }
  uint64_t packets() const { return packets_; }
  uint64_t octets() const { return octets_; }

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  // Makes room for a packet with so many octets behind its IP header, and writes all before them.
  // Returns where that header is; good until the next packet.
  uint8_t* begin(const Endpoint& from, const Endpoint& to, uint8_t protocol, size_t length);
  void flush();

  std::unique_ptr<std::FILE, Close> file_;
  std::vector<uint8_t> buffer_;
  bool ok_ = true;
  uint64_t packets_ = 0;
  uint64_t octets_ = 0;
};

}  // namespace tcpflow::bench
