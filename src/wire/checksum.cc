#include "wire/checksum.h"

#include <array>

namespace tcpflow {
namespace {

Bytes octets_of(const IpAddress& address) {
  return Bytes(address.octets).first(address.family == Family::ipv4 ? 4 : 16);
}

// Of what the checksum of a transport protocol covers before its own header.
struct PseudoHeader {
  const IpAddress& source;
  const IpAddress& destination;
  uint8_t protocol;
  uint32_t length;
};

// The pseudo headers of both families add up alike: IPv6 only has wider fields, and a sum does not
// depend on the order of its words. The length of an IPv4 segment fits the lower of the two words,
// so the upper one adds nothing.
InternetChecksum sum_of(const PseudoHeader& pseudo) {
  const uint32_t length = pseudo.length;
  const std::array<uint8_t, 8> rest = {static_cast<uint8_t>(length >> 24),
                                       static_cast<uint8_t>(length >> 16),
                                       static_cast<uint8_t>(length >> 8),
                                       static_cast<uint8_t>(length),
                                       0,
                                       0,
                                       0,
                                       pseudo.protocol};
  InternetChecksum sum;
  sum.add(octets_of(pseudo.source));
  sum.add(octets_of(pseudo.destination));
  sum.add(rest);
  return sum;
}

}  // namespace

void InternetChecksum::add(Bytes bytes) {
  if (bytes.empty()) return;
  // The piece before ended in the middle of a word, whose high half is in the sum already.
  if (is_odd_) {
    sum_ += bytes[0];
    bytes = bytes.subspan(1);
  }
  const size_t whole = bytes.size() & ~size_t{1};
  for (size_t at = 0; at < whole; at += 2) sum_ += load_be16(bytes.data() + at);
  is_odd_ = whole != bytes.size();
  if (is_odd_) sum_ += uint64_t{bytes[whole]} << 8;
}

uint16_t InternetChecksum::value() const {
  uint64_t folded = sum_;
  // Carries come around to the low end (RFC 1071, 1); folding may carry once more.
  while (folded > 0xffff) folded = (folded & 0xffff) + (folded >> 16);
  return static_cast<uint16_t>(~folded);
}

uint16_t header_checksum(Bytes header) {
  InternetChecksum sum;
  sum.add(header);
  return sum.value();
}

uint16_t transport_checksum(const IpAddress& source, const IpAddress& destination, uint8_t protocol,
                            Bytes segment) {
  InternetChecksum sum =
      sum_of({source, destination, protocol, static_cast<uint32_t>(segment.size())});
  sum.add(segment);
  return sum.value();
}

uint16_t pseudo_header_sum(const IpAddress& source, const IpAddress& destination, uint8_t protocol,
                           uint32_t length) {
  return static_cast<uint16_t>(~sum_of({source, destination, protocol, length}).value());
}

}  // namespace tcpflow
