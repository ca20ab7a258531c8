// Segments without a decoder, for tests of what lies behind it.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "base/time.h"
#include "decode/segment.h"
#include "tests/support/packet_builder.h"

namespace tcpflow::test {

// 2017-07-14T02:40:00Z, where the clocks of all tests begin.
inline constexpr int64_t kEpochSeconds = 1'500'000'000;
// That time and `milliseconds` more.
Timestamp at_ms(int64_t milliseconds);

// One segment as a test states it: addresses and times beside the header of TcpParams.
struct SegmentParams {
  IpAddress source = ip("10.1.2.3");
  IpAddress destination = ip("192.0.2.80");
  TcpParams tcp;
  uint32_t missing = 0;  // payload octets cut by a snap length after tcp.payload
  Timestamp time = at_ms(1);
  uint64_t number = 0;  // 0: the next one
  LinkFacts link;
  bool bad_checksum = false;  // of TCP
};

// Owns the segments it makes, with their frames and payloads: all stay in place while it lives.
class SegmentStore {
 public:
  // Frames are on Ethernet, and numbered from 1 where params.number is 0.
  const Segment& make(const SegmentParams& params);
  std::vector<const Segment*> make_all(const std::vector<SegmentParams>& params);

 private:
  struct Made {
    std::string payload;
    Octets frame_bytes;
    Frame frame;
    Segment segment;
  };
  std::deque<Made> made_;
};

// The frame of the segment on Ethernet, `tags` outermost first.
Octets frame_of(const SegmentParams& params, const std::vector<VlanTag>& tags = {});

}  // namespace tcpflow::test
