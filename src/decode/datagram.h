// One UDP datagram (RFC 768), ready for its conversation.
#pragma once

#include <cstdint>

#include "decode/segment.h"

namespace tcpflow {

// What Segment is for TCP, and as short-lived: `frame` and `payload` borrow from the FrameBatch.
// Payload and `missing` together are what UDP says that it carries, or IP where UDP says 0, but
// never more than the IP packet has. The checksum is not looked at.
struct Datagram {
  const Frame* frame = nullptr;  // the one that completed it
  IpAddress source;
  IpAddress destination;
  uint16_t source_port = 0;
  uint16_t destination_port = 0;
  uint32_t part = 0;     // Segment::part
  Bytes payload;         // captured payload octets; never padding or trailers
  uint32_t missing = 0;  // payload octets after `payload` that were on the wire but not captured
  LinkFacts link;
  // The tunnels that it lay in; null: none. Good during on_datagram() only.
  const Encapsulation* path = nullptr;
  uint64_t path_key = 0;  // its hash, 0 without one
  // What the fragments of its packet disagreed about; borrows from the FrameBatch.
  PayloadConflicts conflicts;
};

// Receives the datagrams that are no tunnel's. Called on the decoder's thread, in packet order; the
// datagram is good until the call returns.
class DatagramSink {
 public:
  virtual ~DatagramSink() = default;
  virtual void on_datagram(const Datagram& datagram) = 0;
};

}  // namespace tcpflow
