#include "tests/support/conversation.h"

#include <algorithm>
#include <utility>

namespace tcpflow::test {

using namespace tcp_flag;

TimedFrame timed(int64_t milliseconds, Octets bytes) {
  TimedFrame frame;
  frame.time = at_ms(milliseconds);
  frame.bytes = std::move(bytes);
  return frame;
}

ConversationParams over_ipv6() {
  ConversationParams params;
  params.client = ip("2001:db8::c");
  params.server = ip("2001:db8:0:1::80");
  return params;
}

Conversation::Conversation(ConversationParams params)
    : params_(std::move(params)),
      client_{params_.client_isn, 0},
      server_{params_.server_isn, 0},
      now_(params_.start) {}

Conversation& Conversation::syn() {
  append(Side::client, kSyn, 0, "");
  client_.next = 1;
  append(Side::server, kSyn | kAck, 0, "");
  server_.next = 1;
  return ack(Side::client);
}

Conversation& Conversation::send(Side from, std::string_view text) {
  Peer& sender = peer(from);
  sender.next = std::max(sender.next, 1u);  // a script may begin in mid-stream
  append(from, kPsh | kAck, sender.next, text);
  sender.next += static_cast<uint32_t>(text.size());
  return *this;
}

Conversation& Conversation::send_at(Side from, uint32_t offset, std::string_view text) {
  return raw(from, kPsh | kAck, offset, text);
}

Conversation& Conversation::lose(Side from, uint32_t length) {
  Peer& sender = peer(from);
  sender.next = std::max(sender.next, 1u) + length;
  return *this;
}

Conversation& Conversation::ack(Side from) { return raw(from, kAck, peer(from).next); }

Conversation& Conversation::fin() {
  fin(Side::client);
  fin(Side::server);
  return ack(Side::client);
}

Conversation& Conversation::fin(Side from) {
  append(from, kFin | kAck, peer(from).next, "");
  ++peer(from).next;
  return *this;
}

Conversation& Conversation::rst(Side from) { return raw(from, kRst | kAck, peer(from).next); }

Conversation& Conversation::raw(Side from, uint8_t flags, uint32_t offset, std::string_view text) {
  append(from, flags, offset, text);
  return *this;
}

Conversation& Conversation::wait(Duration time) {
  now_ += time;
  return *this;
}

void Conversation::append(Side from, uint8_t flags, uint32_t offset, std::string_view text) {
  const bool is_client = from == Side::client;
  const Peer& sender = is_client ? client_ : server_;
  const Peer& receiver = is_client ? server_ : client_;
  now_ += params_.step;
  SegmentParams& segment = segments_.emplace_back();
  segment.source = is_client ? params_.client : params_.server;
  segment.destination = is_client ? params_.server : params_.client;
  segment.tcp.source_port = is_client ? params_.client_port : params_.server_port;
  segment.tcp.destination_port = is_client ? params_.server_port : params_.client_port;
  segment.tcp.sequence = sender.isn + offset;
  segment.tcp.acknowledgement = (flags & kAck) != 0 ? receiver.isn + receiver.next : 0;
  segment.tcp.flags = flags;
  segment.tcp.payload = text;
  segment.time = now_;
  segment.number = segments_.size();
  const EthernetParams macs;
  segment.link.source_mac = is_client ? macs.source : macs.destination;
  segment.link.destination_mac = is_client ? macs.destination : macs.source;
  if (!params_.tags.empty()) segment.link.vlan = params_.tags[0].tci & 0x0fff;
  for (const VlanTag& tag : params_.tags) segment.link.vlans.add(tag.tci & 0x0fff);
}

std::vector<TimedFrame> Conversation::frames() const {
  std::vector<TimedFrame> all;
  for (const SegmentParams& segment : segments_) {
    TimedFrame frame;
    frame.time = segment.time;
    frame.bytes = frame_of(segment, params_.tags);
    all.push_back(std::move(frame));
  }
  return all;
}

std::vector<TimedFrame> merge(const std::vector<std::vector<TimedFrame>>& lists) {
  std::vector<TimedFrame> all;
  for (const std::vector<TimedFrame>& list : lists) all.insert(all.end(), list.begin(), list.end());
  std::stable_sort(all.begin(), all.end(),
                   [](const TimedFrame& a, const TimedFrame& b) { return a.time < b.time; });
  return all;
}

}  // namespace tcpflow::test
