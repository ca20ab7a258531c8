// A scripted TCP connection: two peers that keep count of what they sent.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "capture/frame.h"
#include "tests/support/segment_builder.h"

namespace tcpflow::test {

enum class Side : uint8_t { client, server };

// A frame with the octets it owns, as fakes and file builders take it.
struct TimedFrame {
  Timestamp time;
  Octets bytes;
  uint32_t original_length = 0;  // 0: as many as `bytes` holds
  LinkType link = LinkType::ethernet;
  uint32_t interface = 0;
};
TimedFrame timed(int64_t milliseconds, Octets bytes);

struct ConversationParams {
  IpAddress client = ip("10.1.2.3");
  IpAddress server = ip("192.0.2.80");
  uint16_t client_port = 40000;
  uint16_t server_port = 80;
  uint32_t client_isn = 1000;
  uint32_t server_isn = 5000;
  std::vector<VlanTag> tags;  // outermost first
  Timestamp start = at_ms(0);
  Duration step = std::chrono::milliseconds(1);
};
// The same connection over IPv6, from 2001:db8::c to 2001:db8:0:1::80.
ConversationParams over_ipv6();

// Each call appends segments, one step after the other, the first one step after `start`. Offsets
// count from the ISN, so the SYN is at 0 and the first byte at 1. A value: copy it to branch a
// script.
class Conversation {
 public:
  explicit Conversation(ConversationParams params = {});

  // SYN, SYN+ACK, ACK.
  Conversation& syn();
  // The next bytes of a side, acknowledging all that the other side sent.
  Conversation& client(std::string_view text) { return send(Side::client, text); }
  Conversation& server(std::string_view text) { return send(Side::server, text); }
  Conversation& send(Side from, std::string_view text);
  // Bytes at an offset of one's choice; the next send() goes on where it would have.
  Conversation& send_at(Side from, uint32_t offset, std::string_view text);
  // Counts `length` bytes as sent without showing them: a lost segment.
  Conversation& lose(Side from, uint32_t length);
  // A bare acknowledgement of all that the other side sent.
  Conversation& ack(Side from);
  // FIN of both sides, the client's first, and the last ACK.
  Conversation& fin();
  Conversation& fin(Side from);
  // RST at the exact sequence number.
  Conversation& rst(Side from);
  // Any segment: flags, offset and payload as stated; nothing is counted as sent.
  Conversation& raw(Side from, uint8_t flags, uint32_t offset, std::string_view text = "");
  // Lets time pass beyond the next step.
  Conversation& wait(Duration time);
  // The last segment, to be bent before it is rendered.
  SegmentParams& last() { return segments_.back(); }

  // By value, so that `Conversation().syn().segments()` is safe to loop over.
  std::vector<SegmentParams> segments() const { return segments_; }
  std::vector<TimedFrame> frames() const;
  Timestamp now() const { return now_; }

 private:
  struct Peer {
    uint32_t isn = 0;
    uint32_t next = 0;  // offset of the next octet of sequence space
  };
  Peer& peer(Side side) { return side == Side::client ? client_ : server_; }
  void append(Side from, uint8_t flags, uint32_t offset, std::string_view text);

  ConversationParams params_;
  Peer client_;
  Peer server_;
  Timestamp now_;
  std::vector<SegmentParams> segments_;
};

// Frames of several conversations in the order of their times; equal times keep the argument order.
std::vector<TimedFrame> merge(const std::vector<std::vector<TimedFrame>>& lists);

}  // namespace tcpflow::test
