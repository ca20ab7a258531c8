#include "bench/connection.h"

#include <algorithm>

namespace tcpflow::bench {
namespace {

constexpr uint8_t kFin = 1, kSyn = 2, kPsh = 8, kAck = 16;
constexpr uint32_t kLongest = 65536;   // of one Content::at
constexpr uint32_t kPool = 1'000'003;  // a prime, so that equal blocks are rare

}  // namespace

uint64_t Random::next() {
  state_ += 0x9e3779b97f4a7c15;
  uint64_t z = state_;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

Content::Content(Random random) : pool_(kPool + kLongest) {
  for (size_t i = 0; i < kPool; ++i)
    pool_[i] = i % 79 == 78 ? '\n' : static_cast<uint8_t>(' ' + random.below(95));
  std::copy_n(pool_.begin(), kLongest, pool_.begin() + kPool);
}

Bytes Content::at(uint32_t salt, uint64_t offset, uint32_t length) const {
  return Bytes(pool_).subspan((offset + uint64_t{salt} * 7919) % kPool, std::min(length, kLongest));
}

Pair nth_pair(uint32_t n) {
  Pair pair;
  pair.client.address = 0x0a000000 | (n / 50000 * 251 + n % 251 + 1);
  pair.client.port = static_cast<uint16_t>(10000 + n % 50000);
  pair.server.address = 0xc0000200 | (n % 200 + 1);
  pair.server.port = 80;
  return pair;
}

Connection::Connection(PcapWriter& out, const Content& content, uint32_t number)
    : out_(out), content_(content), salt_(number) {
  const Pair pair = nth_pair(number);
  Random random(number);
  client_.end = pair.client;
  server_.end = pair.server;
  client_.next = static_cast<uint32_t>(random.next());
  server_.next = static_cast<uint32_t>(random.next());
  client_.first = client_.next + 1;
  server_.first = server_.next + 1;
}

void Connection::syn() {
  segment(Side::client, kSyn, {});
  ++client_.next;
}

void Connection::open() {
  syn();
  segment(Side::server, kSyn | kAck, {});
  ++server_.next;
  ack(Side::client);
}

void Connection::close() {
  for (const Side side : {Side::client, Side::server}) {
    segment(side, kFin | kAck, {});
    ++peer(side).next;
  }
  ack(Side::client);
}

void Connection::ack(Side from) { segment(from, kAck, {}); }

void Connection::say(Side from, const std::string& text) {
  segment(from, kPsh | kAck, as_bytes(text));
  peer(from).next += static_cast<uint32_t>(text.size());
  peer(from).first = peer(from).next;
}

void Connection::stream(Side from, uint32_t length) {
  Peer& sender = peer(from);
  const Side other = from == Side::client ? Side::server : Side::client;
  bool acknowledge = false;
  while (length > 0) {
    const uint32_t size = std::min(length, kSegment);
    segment(from, kAck, content_.at(salt_, sender.sent, size));
    sender.next += size;
    sender.sent += size;
    length -= size;
    if (acknowledge || length == 0) ack(other);
    acknowledge = !acknowledge;
  }
}

void Connection::piece(Side from, uint64_t offset, uint32_t length) {
  Peer& sender = peer(from);
  const uint32_t next = sender.next;
  sender.next = sender.first + static_cast<uint32_t>(offset);
  segment(from, kAck, content_.at(salt_, offset, length));
  sender.next = next;
}

void Connection::segment(Side from, uint8_t flags, Bytes payload) {
  const Peer& sender = peer(from);
  const Peer& receiver = from == Side::client ? server_ : client_;
  Header header;
  header.from = sender.end;
  header.to = receiver.end;
  header.sequence = sender.next;
  header.acknowledgement = (flags & kAck) != 0 ? receiver.next : 0;
  header.flags = flags;
  out_.segment(header, payload);
}

}  // namespace tcpflow::bench
