// The Internet checksum (RFC 1071).
#pragma once

#include <cstdint>

#include "base/address.h"
#include "base/bytes.h"

namespace tcpflow {

// Adds up octets in any number of pieces. A value.
class InternetChecksum {
 public:
  void add(Bytes bytes);
  // Of all pieces. Over data that holds its own right checksum it is 0.
  uint16_t value() const;

 private:
  uint64_t sum_ = 0;     // of 16-bit words, carries not yet folded; good for 2^48 of them
  bool is_odd_ = false;  // the next octet is the low half of a word
};

// Of an IPv4 header, options included: 0 if it is right.
uint16_t header_checksum(Bytes header);

// Of a whole TCP segment (or UDP datagram) with its pseudo header (RFC 9293, 3.1; RFC 8200, 8.1): 0
// if it is right.
uint16_t transport_checksum(const IpAddress& source, const IpAddress& destination, uint8_t protocol,
                            Bytes segment);

// What a sender leaves in the checksum field for its card to finish: the folded sum of the pseudo
// header alone, `length` being that of the segment.
uint16_t pseudo_header_sum(const IpAddress& source, const IpAddress& destination, uint8_t protocol,
                           uint32_t length);

}  // namespace tcpflow
