// What both directions of a connection share, and its hash.
#pragma once

#include <cstdint>
#include <cstring>

#include "base/address.h"
#include "decode/segment.h"

namespace tcpflow {

// The two endpoints in an order that does not depend on who sent. Plain value.
struct FlowKey {
  IpAddress low;
  IpAddress high;
  uint16_t low_port = 0;
  uint16_t high_port = 0;

  bool operator==(const FlowKey& other) const {
    return low_port == other.low_port && high_port == other.high_port &&
           low.family == other.low.family && low.octets == other.low.octets &&
           high.octets == other.high.octets;
  }
};

// A segment's key, and on which side of it the sender stands.
struct KeyedSender {
  FlowKey key;
  bool sender_is_low = false;
};

KeyedSender key_of(const Segment& segment);

// Keyed with a seed of the run, so that a sender cannot aim at one bucket. Quality: every input bit
// moves about half of the output bits (two rounds of 128-bit multiply-and-fold).
uint64_t hash_of(const FlowKey& key, uint64_t seed);

}  // namespace tcpflow
