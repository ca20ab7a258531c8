#include "flow/flow_key.h"

namespace tcpflow {
namespace {

// As memcmp() has it, by machine words.
int order_of(const IpAddress& a, const IpAddress& b) {
  for (const size_t at : {size_t{0}, sizeof(uint64_t)}) {
    const uint64_t left = load_be64(a.octets.data() + at);
    const uint64_t right = load_be64(b.octets.data() + at);
    if (left != right) return left < right ? -1 : 1;
  }
  return 0;
}

}  // namespace

KeyedSender key_of(const Segment& segment) {
  const int order = order_of(segment.source, segment.destination);
  const bool low = order < 0 || (order == 0 && segment.source_port <= segment.destination_port);
  if (low) {
    return {{segment.source, segment.destination, segment.source_port, segment.destination_port,
             segment.path_key},
            true,
            segment.path};
  }
  return {{segment.destination, segment.source, segment.destination_port, segment.source_port,
           segment.path_key},
          false,
          segment.path};
}

KeyHasher::KeyHasher(uint64_t seed) {
  for (uint64_t& secret : secrets_) secret = next_secret(seed);
}

}  // namespace tcpflow
