// One TCP connection of the generated traffic.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bench/pcap_writer.h"

namespace tcpflow::bench {

inline constexpr uint32_t kSegment = 1448;  // payload of a full segment

// Numbers that are the same on every machine (splitmix64).
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}
  uint64_t next();
  uint32_t below(uint32_t n) { return static_cast<uint32_t>(next() % n); }
  bool chance(uint32_t percent) { return below(100) < percent; }

 private:
  uint64_t state_;
};

// What streams are made of: their bytes at an offset, so that a retransmission repeats them.
// Printable lines, so that the console has the usual work. Shared by all connections of a run.
class Content {
 public:
  explicit Content(Random random);
  // `salt` sets streams apart. At most 64 KiB a call.
  Bytes at(uint32_t salt, uint64_t offset, uint32_t length) const;

 private:
  std::vector<uint8_t> pool_;
};

enum class Side : uint8_t { client, server };

struct Pair {
  Endpoint client;
  Endpoint server;
};
// The n-th connection: clients in 10/8, servers in 192.0.2/24, port 80.
Pair nth_pair(uint32_t n);

// Borrows the writer and the content for its life.
class Connection {
 public:
  Connection(PcapWriter& out, const Content& content, uint32_t number);

  void syn();
  void open();   // three-way handshake
  void close();  // FIN both ways and the last ACK
  void ack(Side from);
  // Text of one's own, in one segment.
  void say(Side from, const std::string& text);
  // The next `length` octets of the content, in full segments, acknowledged every other one.
  void stream(Side from, uint32_t length);
  // Octets of the content at an offset from where the stream() calls began; nothing is counted.
  void piece(Side from, uint64_t offset, uint32_t length);
  // Counts octets as sent.
  void skip(Side from, uint32_t length) { peer(from).next += length; }

 private:
  struct Peer {
    Endpoint end;
    uint32_t first = 0;  // sequence number of the content's first octet
    uint32_t next = 0;
    uint64_t sent = 0;  // octets of content
  };
  Peer& peer(Side side) { return side == Side::client ? client_ : server_; }
  void segment(Side from, uint8_t flags, Bytes payload);

  PcapWriter& out_;
  const Content& content_;
  uint32_t salt_;
  Peer client_;
  Peer server_;
};

}  // namespace tcpflow::bench
