// The Internet checksum (RFC 1071): the complement of the one's complement sum of 16-bit words in
// network order, an odd last octet being the high half of a word. Pure functions, good on any
// thread.
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

// Of an IPv4 header, options included (RFC 791, 3.1): 0 if it is right.
uint16_t header_checksum(Bytes header);

// Of a whole TCP segment (or UDP datagram) with its pseudo header (RFC 9293, 3.1; RFC 8200, 8.1): 0
// if it is right. `segment`: from the transport header to the end of the payload, all of it
// captured; its size is the length in the pseudo header. `protocol`: that number, also behind IPv6
// extensions.
uint16_t transport_checksum(const IpAddress& source, const IpAddress& destination, uint8_t protocol,
                            Bytes segment);

// What a sender leaves in the checksum field for its card to finish: the folded sum of the pseudo
// header alone, not complemented, `length` being that of the segment in octets.
uint16_t pseudo_header_sum(const IpAddress& source, const IpAddress& destination, uint8_t protocol,
                           uint32_t length);

}  // namespace tcpflow
