// What a flow and its two halves are, as consumers and reports see them.
#pragma once

#include <cstdint>
#include <string>

#include "base/address.h"
#include "base/moment.h"
#include "base/packet_ref.h"
#include "base/time.h"
#include "decode/segment.h"

namespace tcpflow {

// The sender of a half. originator: who sent the first packet seen, or the SYN; the responder is
// the other end.
enum class Direction : uint8_t { originator = 0, responder = 1 };
inline constexpr Direction opposite(Direction d) {
  return d == Direction::originator ? Direction::responder : Direction::originator;
}
inline constexpr size_t index_of(Direction d) { return static_cast<size_t>(d); }

// What carries a flow.
enum class Transport : uint8_t { tcp, udp };

// Who sent this half. TCP: told by its SYN (no ACK: client; with ACK: server). UDP: the client is
// who sent the first datagram seen.
enum class Role : uint8_t { unknown, client, server };

// A connection. Plain values.
struct FlowInfo {
  uint64_t id = 0;       // number of its first packet
  uint64_t session = 0;  // %S: connections in order of their first packet, from 0
};

// Where a flow stands among all others. A plain value.
struct FlowBirth {
  uint64_t order = 0;  // birth_of() its first packet
  uint64_t session = 0;

  FlowInfo info() const { return {first_packet_of(order), session}; }
};

// One half of a connection, from the packet that showed it first (a SYN, payload, or
// a datagram). Plain values.
struct HalfInfo {
  uint64_t flow_number = 0;  // %N: halves in order of appearance, from 0
  IpAddress source;
  IpAddress destination;
  uint16_t source_port = 0;
  uint16_t destination_port = 0;
  Timestamp start;  // time of that packet, tdelta added
  LinkFacts link;   // of that packet
  // The tunnels around both halves, as Encapsulation::text() has them; empty: none.
  std::string encapsulation;
  Role role = Role::unknown;
  Transport transport = Transport::tcp;
};

}  // namespace tcpflow
